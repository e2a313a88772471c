import type { MachineProcess, StartedProgram } from '../../windows-host/model/machine.js';

/** A machine that the operations' contract is held against: the stand-in, the real engine, a real Windows. */
export interface OperationsHost {
  /** Starts the operations' command line, sends this as its stdin and closes it. */
  runOperation(stdin: Buffer): RunningOperation;
  /** Whether the script in stdin is executed. The stand-in reads the input and acts in its place. */
  readonly runsScripts: boolean;
  readFile(path: string): Promise<string | undefined>;
  /** Base names of the files directly in a folder; empty when there is no such folder. */
  listFolder(path: string): Promise<string[]>;
  /** Adds text to the end of a file, and makes it when it is not there. */
  appendToFile(path: string, text: string): Promise<void>;
  processes(): Promise<readonly MachineProcess[]>;
  /** Every program that was ever started; null where nobody writes that down. */
  started(): Promise<readonly StartedProgram[] | null>;
  /** Paths of the registered tasks. */
  tasks(): Promise<string[]>;
  /** Starts a program beside everything else and does not wait for it; where the host can do so without a run. */
  readonly startProgram?: (commandLine: string) => Promise<void>;
  /** Ends one process as a user with `taskkill /f` would. */
  endProcess(pid: number): Promise<void>;
  /** The command line that starts this one beside itself and lasts so long; where `start /b` will not do. */
  readonly leavingBehind?: (commandLine: string, lastsSeconds: number) => string;
  /** Sets up a file server's share, by its `\\server\share`; where the host can be given one. */
  readonly setShare?: (root: string, share: ContractShare) => Promise<void>;
  /** The shares that connections of any account lead to; where the host can tell. */
  readonly connections?: () => Promise<readonly string[]>;
  reboot(): Promise<void>;
  close(): Promise<void>;
}

/** Who may read a share, and one file in it. */
export interface ContractShare {
  /** Accounts of the host itself; `SYSTEM` is the computer's own. */
  readonly readers?: readonly string[];
  /** Passwords by the user names that a connection may be made with. */
  readonly logons?: Readonly<Record<string, string>>;
  readonly conflict?: boolean;
  readonly files: Readonly<Record<string, string>>;
}

export interface RunningOperation {
  /** Lines of stdout without their line end; ends with the operation. */
  readonly lines: AsyncIterable<string>;
  /** Ends the operation as a lost connection does. */
  kill(): void;
}

export interface OperationsHostOptions {
  /** How long the runner waits for secrets, where the host can shorten the 60 s. */
  readonly secretsWaitMs?: number;
}

export type MakeOperationsHost = (options?: OperationsHostOptions) => Promise<OperationsHost>;
