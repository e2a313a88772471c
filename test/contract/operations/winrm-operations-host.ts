import { Deadline } from '../../../src/shared/deadline.js';
import { LineSplitter } from '../../../src/target/line-splitter.js';
import { OPERATION_COMMAND_LINE } from '../../../src/target/operation-command-line.js';
import { openSession, type SessionOptions } from '../../../src/winrm/index.js';
import type { OperationsHost, RunningOperation } from './operations-host.js';

/** Longer than any wait of a test: it is the test that says what it waited for. */
const OPERATION_MS = 600_000;

/** The operations' contract over the real socket: Winch's own client speaks to a host, simulated or not. */
export function overWinrm(
  machine: Omit<OperationsHost, 'runOperation'>,
  session: SessionOptions,
): OperationsHost {
  return { ...machine, runOperation: (stdin) => runOverWinrm(session, stdin) };
}

function runOverWinrm(options: SessionOptions, stdin: Buffer): RunningOperation {
  const abort = new AbortController();
  return { lines: linesOf(options, stdin, abort.signal), kill: () => abort.abort(new Killed()) };
}

class Killed extends Error {}

async function* linesOf(options: SessionOptions, stdin: Buffer, signal: AbortSignal): AsyncGenerator<string> {
  using deadline = Deadline.in(OPERATION_MS, signal);
  try {
    yield* receivedLines(options, stdin, deadline);
  } catch (error) {
    // A test that breaks the connection wants what was printed before.
    if (!signal.aborted) throw error;
  }
}

async function* receivedLines(
  options: SessionOptions,
  stdin: Buffer,
  deadline: Deadline,
): AsyncGenerator<string> {
  await using session = await openSession(options, deadline);
  await using shell = await session.createShell({ codepage: 65001, noProfile: true }, deadline);
  await using command = await shell.run(OPERATION_COMMAND_LINE, [], deadline);
  await command.send(stdin, { end: true }, deadline);
  const splitter = new LineSplitter();
  for await (const chunk of command.receive(deadline)) {
    if (chunk.stream === 'stderr')
      throw new Error(`The operation wrote to stderr: ${chunk.bytes.toString()}`);
    for (const split of splitter.push(chunk.bytes)) if (split.ok) yield split.line;
  }
}
