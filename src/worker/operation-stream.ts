import type { Deadline } from '../shared/deadline.js';
import { LineSplitter, type SplitLine } from '../target/line-splitter.js';
import { OPERATION_COMMAND_LINE } from '../target/operation-command-line.js';
import { type ParsedOperationLine, parseOperationLine } from '../target/parse-operation-line.js';
import type { Session } from '../winrm/index.js';

/** Silence after which a follower is taken for hung: it prints a heartbeat every 15 s when all is well. */
const SILENCE_LIMIT_MS = 90_000;
/** What is kept of stderr, to say why an operation broke off. */
const STDERR_LIMIT_CHARACTERS = 4_000;
const SHELL_OPTIONS = { codepage: 65001, noProfile: true, idleTimeoutSeconds: 120 };

/** The operation printed nothing for longer than its heartbeat allows. */
export class OperationSilentError extends Error {
  override readonly name = 'OperationSilentError';
}

export interface OperationRun {
  readonly session: Session;
  /**
   * Makes the whole stdin: data, secrets and script (docs/developing/operations.md). Asked once, when it is to be sent:
   * it is large and holds secrets, and a follower lives for as long as its run.
   */
  readonly stdin: () => Buffer;
  readonly deadline: Deadline;
  /** Waited for right before stdin is closed: until then the script cannot have begun. */
  readonly onSending?: () => Promise<void>;
}

/** One line of the operation's stdout: as it came, and what it says. */
export interface OperationOutput {
  readonly text: string;
  readonly parsed: ParsedOperationLine;
}

/** How the operation's process ended. */
export interface OperationEnd {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/**
 * Runs one operation in a shell of its own and yields what it prints, line by line. Create, Command, Send,
 * Receive..., Signal and Delete: the whole of a deployment over one shell. The shell is deleted however it ends.
 *
 * @throws WinrmError, OperationSilentError, or the deadline's reason.
 */
export async function* runOperation(run: OperationRun): AsyncGenerator<OperationOutput, OperationEnd> {
  await using shell = await run.session.createShell(SHELL_OPTIONS, run.deadline);
  await using command = await shell.run(OPERATION_COMMAND_LINE, [], run.deadline);
  await run.onSending?.();
  await command.send(run.stdin(), { end: true }, run.deadline);
  const lines = new LineSplitter();
  let stderr = '';
  using watchdog = new Watchdog(run.deadline);
  for await (const chunk of command.receive(watchdog)) {
    watchdog.pause();
    if (chunk.stream === 'stderr')
      stderr = (stderr + chunk.bytes.toString('utf8')).slice(0, STDERR_LIMIT_CHARACTERS);
    else yield* lines.push(chunk.bytes).map(parseLine);
    watchdog.resume();
  }
  return { exitCode: command.exitCode, stderr };
}

function parseLine(split: SplitLine): OperationOutput {
  if (split.ok) return { text: split.line, parsed: parseOperationLine(split.line) };
  return {
    text: '{',
    parsed: { kind: 'garbage', problem: `A line of ${split.droppedBytes} bytes is too long` },
  };
}

/**
 * A deadline that also ends after a silence. It rests while what was received is taken in: that waits for as long as
 * the api is away, and then it is we who are silent, not the target.
 */
class Watchdog implements Disposable {
  readonly signal: AbortSignal;
  readonly #outer: Deadline;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(outer: Deadline) {
    this.#outer = outer;
    this.signal = AbortSignal.any([outer.signal, this.#controller.signal]);
    this.resume();
  }

  remainingMs(): number {
    return this.#outer.remainingMs();
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  /** The silence begins anew. */
  resume(): void {
    this.#timer = setTimeout(() => this.#controller.abort(silence()), SILENCE_LIMIT_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

function silence(): OperationSilentError {
  return new OperationSilentError(`The target printed nothing for ${SILENCE_LIMIT_MS / 1000} s`);
}
