import type { Engine, HostProcess, ProcessLaunch } from '../engine/engine.js';
import { wsmanFault } from '../soap/fault.js';
import { OutputQueue, type OutputChunk, type StreamName } from './output-queue.js';

type WakeReason = 'changed' | 'aborted' | 'timed-out';

export type CommandState = 'Running' | 'Pending' | 'Done';

/** What one Receive carries away. */
export interface ReceiveBatch {
  readonly chunks: readonly OutputChunk[];
  /** Streams that have ended with this batch. */
  readonly ends: readonly StreamName[];
  readonly state: CommandState;
  /** Null unless Done. */
  readonly exitCode: number | null;
}

export interface ReceiveOptions {
  /** Room for Stream elements in the reply. */
  readonly roomBytes: number;
  readonly timeoutMs: number;
  readonly streams: readonly StreamName[];
  /** Aborted when the client's connection ends. */
  readonly gone: AbortSignal;
}

/** One command of a shell: its process, the output waiting for Receive, and how it ended. */
export class ShellCommand {
  readonly #output = new OutputQueue();
  readonly #process: HostProcess;
  #exitCode: number | null = null;
  #terminating = false;
  #doneDelivered = false;
  /** Ends the wait of the one Receive that may be outstanding. */
  #wake: ((reason: WakeReason) => void) | null = null;

  constructor(
    readonly id: string,
    readonly commandLine: string,
    launch: { readonly engine: Engine; readonly context: Omit<ProcessLaunch, 'commandLine' | 'onOutput'> },
  ) {
    this.#process = launch.engine.start({
      ...launch.context,
      commandLine,
      onOutput: (stream, bytes) => this.#onOutput(stream, bytes),
    });
    void this.#process.exited.then((exitCode) => this.#onExit(exitCode));
  }

  get pid(): number {
    return this.#process.pid;
  }

  get state(): CommandState {
    if (this.#exitCode !== null) return 'Done';
    return this.#terminating ? 'Pending' : 'Running';
  }

  /** Passes bytes to the program's stdin. What comes after its end is dropped, as a broken pipe would. */
  send(bytes: Buffer, end: boolean): void {
    if (this.#exitCode !== null) return;
    if (bytes.length > 0) this.#process.writeStdin(bytes);
    if (end) this.#process.endStdin();
  }

  /** Waits for output or the end. Throws the TimedOut fault, or 995 when another Receive or the shell's end supersedes it. */
  async receive(options: ReceiveOptions): Promise<ReceiveBatch> {
    if (this.#doneDelivered) throw wsmanFault('unknown-command');
    this.#wake?.('aborted');
    if (!this.#hasNews()) await this.#waitForNews(options);
    return this.#take(options);
  }

  /** Undoes a batch whose reply did not reach the client: the next Receive gets it again. */
  restore(batch: ReceiveBatch): void {
    this.#output.restore(batch.chunks);
    if (batch.state === 'Done') this.#doneDelivered = false;
  }

  /** Ends the program and everything it started. */
  terminate(): void {
    this.#terminating = true;
    if (this.#exitCode === null) this.#process.killTree();
  }

  /** Ends the program, and an outstanding Receive with fault 995. */
  close(): void {
    this.#wake?.('aborted');
    this.terminate();
  }

  #onOutput(stream: StreamName, bytes: Buffer): void {
    this.#output.push(stream, Buffer.from(bytes));
    this.#wake?.('changed');
  }

  #onExit(exitCode: number): void {
    this.#exitCode = exitCode;
    this.#wake?.('changed');
  }

  #hasNews(): boolean {
    return !this.#output.isEmpty || this.#exitCode !== null;
  }

  async #waitForNews({ timeoutMs, gone }: ReceiveOptions): Promise<void> {
    const reason = await new Promise<WakeReason>((resolve) => {
      const timer = setTimeout(() => this.#wake?.('timed-out'), timeoutMs);
      const abort = (): void => this.#wake?.('aborted');
      gone.addEventListener('abort', abort, { once: true });
      this.#wake = (reason) => {
        clearTimeout(timer);
        gone.removeEventListener('abort', abort);
        this.#wake = null;
        resolve(reason);
      };
      if (gone.aborted) abort();
    });
    if (reason !== 'changed') throw wsmanFault(reason);
  }

  #take({ roomBytes, streams }: ReceiveOptions): ReceiveBatch {
    const chunks = this.#output.take(roomBytes).filter((chunk) => streams.includes(chunk.stream));
    const done = this.#exitCode !== null && this.#output.isEmpty;
    this.#doneDelivered = done;
    if (done) return { chunks, ends: streams, state: 'Done', exitCode: this.#exitCode };
    return { chunks, ends: [], state: this.#terminating ? 'Pending' : 'Running', exitCode: null };
  }
}
