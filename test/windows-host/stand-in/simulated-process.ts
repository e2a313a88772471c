import type { HostProcess, ProcessLaunch } from '../engine/engine.js';
import { baseNameOf } from '../model/machine-files.js';
import { Bell } from './bell.js';

/** Thrown out of a wait of a process that has been ended meanwhile, so that its body stops. */
export class ProcessEnded extends Error {}

/** What a program does. Resolves with its exit code. */
export type ProgramBody = (process: SimulatedProcess) => Promise<number>;

/** The exit code that `taskkill /F` and TerminateProcess by it leave behind. */
const KILLED_EXIT_CODE = 1;

/** One process of the simulated machine. Once it has ended it prints, starts and changes nothing. */
export class SimulatedProcess implements HostProcess {
  readonly exited: Promise<number>;
  readonly name: string;
  readonly #children = new Set<SimulatedProcess>();
  readonly #endListeners = new Set<(exitCode: number) => void>();
  readonly #stdinClosed = new Bell();
  readonly #resolveExited: (code: number) => void;
  #stdin: Buffer[] = [];
  #stdinEnded = false;
  #alive = true;

  constructor(
    readonly pid: number,
    readonly launch: ProcessLaunch,
    readonly parent: SimulatedProcess | undefined,
  ) {
    let resolveExited: (code: number) => void = () => undefined;
    this.exited = new Promise((resolve) => {
      resolveExited = resolve;
    });
    this.#resolveExited = resolveExited;
    this.name = imageNameOf(launch.commandLine);
    if (parent !== undefined) parent.#children.add(this);
  }

  get alive(): boolean {
    return this.#alive;
  }

  get account(): string {
    return this.launch.account;
  }

  writeStdin(bytes: Buffer): void {
    if (this.#alive && !this.#stdinEnded) this.#stdin.push(bytes);
  }

  endStdin(): void {
    this.#stdinEnded = true;
    this.#stdinClosed.ring();
  }

  /** Everything that was written to stdin, once its end has been reached. */
  async readStdin(): Promise<Buffer> {
    while (!this.#stdinEnded) await this.hear(this.#stdinClosed);
    const bytes = Buffer.concat(this.#stdin);
    this.#stdin = [];
    return bytes;
  }

  write(stream: 'stdout' | 'stderr', output: string | Buffer): void {
    if (!this.#alive || output.length === 0) return;
    this.launch.onOutput(stream, typeof output === 'string' ? Buffer.from(output) : output);
  }

  /** Waits for the bell: true when it rang, false after the time. Throws `ProcessEnded` when this process was ended. */
  async hear(bell: Bell, timeoutMs?: number): Promise<boolean> {
    this.throwIfEnded();
    const stop = this.onEnd(() => bell.ring());
    const rang = await bell.heard(timeoutMs);
    stop();
    this.throwIfEnded();
    return rang;
  }

  async sleep(ms: number): Promise<void> {
    await this.hear(new Bell(), ms);
  }

  async waitFor(child: SimulatedProcess): Promise<number> {
    const code = await child.exited;
    this.throwIfEnded();
    return code;
  }

  throwIfEnded(): void {
    if (!this.#alive) throw new ProcessEnded(`Process ${this.pid} has ended`);
  }

  /** Calls the listener when the process ends, however it does. Returns what stops it. */
  onEnd(listener: (exitCode: number) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  /** Ends this process alone. The first exit code counts. */
  end(exitCode: number): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#stdin = [];
    for (const listener of [...this.#endListeners]) listener(exitCode >>> 0);
    this.#endListeners.clear();
    this.#resolveExited(exitCode >>> 0);
    this.#leaveParent();
  }

  kill(): void {
    this.end(KILLED_EXIT_CODE);
  }

  /** Reaches also the descendants whose own parent has ended: the tree outlives its nodes. */
  killTree(): void {
    const children = [...this.#children];
    this.kill();
    for (const child of children) child.killTree();
  }

  hasLivingDescendants(): boolean {
    return [...this.#children].some((child) => child.alive || child.hasLivingDescendants());
  }

  /** An ended process stays in its parent's tree while it has children, so that a kill finds them. */
  #leaveParent(): void {
    if (this.#alive || this.#children.size > 0 || this.parent === undefined) return;
    this.parent.#children.delete(this);
    this.parent.#leaveParent();
  }
}

function imageNameOf(commandLine: string): string {
  const file = /^\s*(?:"([^"]*)"|(\S+))/.exec(commandLine);
  const base = baseNameOf(file?.[1] ?? file?.[2] ?? '');
  return base.includes('.') ? base : `${base}.exe`;
}
