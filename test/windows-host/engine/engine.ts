/**
 * What runs programs behind a simulated Windows host. The WinRM half of the host starts a shell's command
 * through it, the task scheduler starts tasks through it. Two engines implement it: the stand-in
 * (TypeScript, a table of programs) and, later, Microsoft's PowerShell under Wine.
 */
export interface Engine {
  /** Starts a program from an exact command line. Never throws for a program that does not exist: exit code 1 and a message on stderr, as cmd.exe does. */
  start(launch: ProcessLaunch): HostProcess;
  /** Ends every process at once (reboot, host closing). Resolves when none is left. */
  killAll(): Promise<void>;
}

export interface ProcessLaunch {
  readonly commandLine: string;
  /** `SYSTEM`, `PC-0001\Administrator`. */
  readonly account: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Called in order with each piece of output, before `exited` resolves. */
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
}

export interface HostProcess {
  readonly pid: number;
  writeStdin(bytes: Buffer): void;
  endStdin(): void;
  /** The 32-bit unsigned exit code. Never rejects. */
  readonly exited: Promise<number>;
  /** Ends the process and everything it started. */
  killTree(): void;
}
