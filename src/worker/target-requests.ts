import { Deadline } from '../shared/deadline.js';
import { buildOperation } from '../target/build-operation.js';
import type { OperationLine } from '../target/operation-output.js';
import { runOperation } from './operation-stream.js';
import type { TargetDoor } from './target-session.js';

/** For one short operation, from the first packet to the last. */
const REQUEST_LIMIT_MS = 120_000;

/** Asks the runner to stop, over a session of its own beside the follower's. May be repeated. */
export async function requestCancel(
  door: TargetDoor,
  targetRunId: string,
  signal: AbortSignal,
): Promise<Extract<OperationLine, { op: 'cancel' }>['result']> {
  const stdin = () => buildOperation({ operation: 'cancel', targetRunId }, []);
  return (await askOnce(door, { stdin, signal, op: 'cancel' })).result;
}

/** What is left of a run on its target after a clean-up. */
export interface CleanUp {
  readonly result: 'clean' | 'pending';
  readonly detail: string;
}

/** Removes task, spool and folder contents; the tombstone stays. May be repeated. */
export async function cleanUp(door: TargetDoor, targetRunId: string, signal: AbortSignal): Promise<CleanUp> {
  const stdin = () => buildOperation({ operation: 'cleanup', targetRunId }, []);
  const { result, detail } = await askOnce(door, { stdin, signal, op: 'cleanup' });
  return { result, detail };
}

interface Question<Op extends OperationLine['op']> {
  readonly stdin: () => Buffer;
  readonly signal: AbortSignal;
  /** The word that answers. */
  readonly op: Op;
}

async function askOnce<Op extends OperationLine['op']>(
  door: TargetDoor,
  { stdin, signal, op }: Question<Op>,
): Promise<Extract<OperationLine, { op: Op }>> {
  using deadline = Deadline.in(REQUEST_LIMIT_MS, signal);
  await using session = await door.open(deadline);
  const lines = runOperation({ session, stdin, deadline });
  for (;;) {
    const next = await lines.next();
    if (next.done) throw new Error(`The target did not answer ${op}: ${next.value.stderr.slice(0, 300)}`);
    const { parsed } = next.value;
    if (parsed.kind !== 'operation' || !isWord(parsed.line, op)) continue;
    await lines.return({ exitCode: null, stderr: '' });
    return parsed.line;
  }
}

function isWord<Op extends OperationLine['op']>(
  line: OperationLine,
  op: Op,
): line is Extract<OperationLine, { op: Op }> {
  return line.op === op;
}
