import type { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { HostProcess, ProcessLaunch } from '../engine.js';
import type { ProcessJournal } from './process-journal.js';
import { parseSimrunReport, type SimrunReport } from './simrun-report.js';
import type { SimrunDoor } from './simrun-door.js';
import type { WineContainer } from './wine-container.js';

export interface WineMachine {
  readonly container: WineContainer;
  readonly door: SimrunDoor;
  readonly journal: ProcessJournal;
}

/** The exit code of processes that are ended from outside, as TerminateProcess is usually given it. */
const KILLED = 1;

/** How long a simrun that has ended may have been unheard of, when this process was busy. */
const CONNECTING_MS = 500;

/** HRESULT_FROM_WIN32, with the Win32 error in its lower half. */
const FACILITY_WIN32 = 0x8007_0000;

/** One program under Wine and all that it starts, behind a `simrun.exe` of its own. */
export class WineProcess implements HostProcess {
  pid = 0;
  readonly exited: Promise<number>;
  /** Resolves when no process of the tree is left. */
  readonly gone: Promise<void>;
  readonly #unix: ReturnType<WineContainer['start']>;
  readonly #key: string;
  readonly #tree = new Set<number>();
  #control: Socket | undefined;
  #killedWith: number | undefined;
  #outputBytes = 0;
  #resolveExited: (code: number) => void = () => undefined;

  constructor(
    private readonly machine: WineMachine,
    private readonly launch: ProcessLaunch,
  ) {
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
    let serving: Promise<void> | undefined;
    this.#key = machine.door.expect((socket, lines) => {
      serving = this.#serve(socket, lines);
    });
    this.#unix = machine.container.start(
      'simrun.exe',
      [String(machine.door.port), this.#key],
      userOf(launch),
    );
    const ended = new Promise<void>((resolve) => this.#unix.once('close', () => resolve()));
    // Its last reports may still be on the way when simrun has ended.
    this.gone = ended
      .then(() => serving ?? setTimeout(CONNECTING_MS))
      .then(() => serving)
      .then(() => this.#onGone());
    this.#readOutput();
    // A program may end without reading what it is sent.
    this.#unix.stdin.on('error', () => undefined);
  }

  writeStdin(bytes: Buffer): void {
    this.#unix.stdin.write(bytes);
  }

  endStdin(): void {
    this.#unix.stdin.end();
  }

  killTree(): void {
    this.kill(KILLED);
  }

  /** Ends the tree; each of its processes gets the exit code. */
  kill(exitCode: number): void {
    this.#killedWith ??= exitCode;
    this.#control?.write(`kill ${exitCode}\n`);
  }

  #readOutput(): void {
    for (const stream of ['stdout', 'stderr'] as const)
      this.#unix[stream].on('data', (bytes: Buffer) => {
        this.#outputBytes += bytes.length;
        this.launch.onOutput(stream, bytes);
      });
  }

  async #serve(socket: Socket, lines: AsyncGenerator<string>): Promise<void> {
    this.#control = socket;
    socket.write(this.#launchBytes());
    if (this.#killedWith !== undefined) this.kill(this.#killedWith);
    for await (const line of lines) await this.#onReport(parseSimrunReport(line));
  }

  #launchBytes(): Buffer {
    const { commandLine, workingDirectory, environment } = this.launch;
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    return Buffer.from(`${[commandLine, workingDirectory, ...variables].join('\0')}\0\0`, 'utf8');
  }

  async #onReport(report: SimrunReport): Promise<void> {
    this.machine.journal.take(report, this.launch.account);
    if (report.kind === 'start') this.#tree.add(report.pid);
    if (report.kind === 'exit') this.#tree.delete(report.pid);
    if (report.kind === 'start' && this.pid === 0) this.pid = report.pid;
    if (report.kind === 'exit' && report.pid === this.pid) await this.#onRootEnd(report.exitCode);
    if (report.kind === 'fail') this.#onNotStarted(report.error);
  }

  async #onRootEnd(exitCode: number): Promise<void> {
    await this.#outputRead();
    this.#resolveExited(exitCode);
  }

  /**
   * What the program wrote lies in the pipes when its end is reported. They cannot be read to their end: a program
   * that it left running may hold them. Turns of the event loop that find nothing tell that they are empty.
   */
  async #outputRead(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 3;) {
      const before = this.#outputBytes;
      await setImmediate();
      quietTurns = this.#outputBytes === before ? quietTurns + 1 : 0;
    }
  }

  #onNotStarted(error: number): void {
    this.launch.onOutput(
      'stderr',
      Buffer.from(`CreateProcess failed with ${error}: ${this.launch.commandLine}\r\n`),
    );
    this.#resolveExited(FACILITY_WIN32 + error);
  }

  /**
   * The host ended, or simrun with all of its tree. Of a job that is ended as a whole Wine tells first that no
   * process is left, and simrun goes before it has heard of each.
   */
  #onGone(): void {
    this.machine.door.forget(this.#key);
    this.#control?.destroy();
    const exitCode = this.#killedWith ?? KILLED;
    for (const pid of this.#tree)
      this.machine.journal.take({ kind: 'exit', pid, exitCode }, this.launch.account);
    this.#resolveExited(exitCode);
  }
}

function userOf({ account }: ProcessLaunch): string {
  return account.slice(account.lastIndexOf('\\') + 1);
}
