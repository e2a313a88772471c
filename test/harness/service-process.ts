import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { waitFor } from './wait-for.js';

export interface ServiceOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that it prints is appended here; starting it again goes on in the same file. */
  readonly logFile: string;
  /** It is ready once it has printed this. */
  readonly readyText: string;
  /** What its stdin holds; nothing when left out. */
  readonly stdin?: string;
}

/** Several programs start at once on a machine that may be busy with other tests. */
const READY = { timeoutMs: 60_000 };

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A real process of the program under test: it can be killed, stopped and started again. */
export class ServiceProcess {
  readonly #options: ServiceOptions;
  #child: ChildProcess | undefined;
  /** Until it is ready. */
  #printed = '';
  #isReady = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  get logFile(): string {
    return this.#options.logFile;
  }

  /** Undefined before the first start, and of a process that has ended. */
  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    if (this.isRunning) throw new Error(`${this.#options.args.join(' ')} runs already`);
    this.#printed = '';
    this.#isReady = false;
    const { command, args, environment, logFile, stdin } = this.#options;
    const child = spawn(command, args, { env: environment, stdio: 'pipe' });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => this.#keep(bytes));
    child.stdin.on('error', () => undefined).end(stdin ?? '');
    try {
      await waitFor(`${this.#options.readyText} in ${logFile}`, () => this.#readyOrEnded(), READY);
      if (!this.#isReady) throw new Error(`It ended before it was ready: ${this.#printed.slice(-4000)}`);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** SIGKILL: no handler of it runs. Resolves when it is gone. */
  async kill(): Promise<ProcessEnd> {
    return this.#end('SIGKILL');
  }

  /** SIGSTOP: it stands still, as a suspended machine does, until `thaw`. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** SIGTERM: it may clean up. Resolves when it is gone. */
  async stop(): Promise<ProcessEnd> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<ProcessEnd> {
    const child = this.#child;
    if (!child || !this.isRunning)
      return { code: child?.exitCode ?? null, signal: child?.signalCode ?? null };
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
    return { code: child.exitCode, signal: child.signalCode };
  }

  #keep(bytes: Buffer): void {
    appendFileSync(this.#options.logFile, bytes);
    if (this.#isReady) return;
    this.#printed += bytes.toString();
    this.#isReady = this.#printed.includes(this.#options.readyText);
  }

  #readyOrEnded(): boolean {
    return this.#isReady || !this.isRunning;
  }
}
