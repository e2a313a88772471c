import type { OperationLine } from '../../../../src/target/operation-output.js';
import type { Quirks } from '../../model/program-tables.js';
import { asciiJson } from '../ascii-json.js';
import { RunFolder } from '../run-folder.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { Follow } from './follow.js';
import { type OperationInput, parseOperationStdin } from './input.js';
import { scan } from './scan.js';
import { removeShareConnection } from './share-sweep.js';
import { start } from './start.js';

/** An operation at work: the process that carries it out and the run that it is about. */
export interface OperationContext {
  readonly standIn: StandIn;
  readonly process: SimulatedProcess;
  readonly folder: RunFolder;
  readonly secrets: readonly string[];
  /** Prints one line of the operation's own. */
  readonly say: (line: OperationLine) => void;
}

/** Reads stdin to its end and does what it asks. Input that breaks the contract is refused. */
export async function runOperation(standIn: StandIn, process: SimulatedProcess): Promise<number> {
  const say = ({ op, ...rest }: OperationLine) => process.write('stdout', `${asciiJson({ op, ...rest })}\n`);
  const stdin = await process.readStdin();
  const { refusal } = standIn.machine.model.quirks;
  const parsed = refusal ?? tryParse(stdin);
  if ('reason' in parsed) say({ op: 'refused', ...parsed });
  else await perform({ standIn, process, say }, parsed);
  return 0;
}

type RunInput = Exclude<OperationInput, { operation: 'scan' }>;
type Parsed = ReturnType<typeof parseOperationStdin>;

async function perform(
  parts: Pick<OperationContext, 'standIn' | 'process' | 'say'>,
  { input, secrets }: Parsed,
): Promise<void> {
  if (input.operation === 'scan') return scan(parts);
  const folder = new RunFolder(parts.standIn.machine.files, input.targetRunId);
  await carryOut({ ...parts, folder, secrets }, input);
}

function tryParse(stdin: Buffer): Parsed | NonNullable<Quirks['refusal']> {
  try {
    return parseOperationStdin(stdin);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { reason: 'operation-failed', detail: `The input could not be read: ${problem}`.slice(0, 4000) };
  }
}

async function carryOut(context: OperationContext, input: RunInput): Promise<void> {
  if (input.operation === 'start') return start(context, input);
  if (input.operation === 'follow') return new Follow(context, input).run({ started: false });
  return input.operation === 'cancel' ? cancel(context) : cleanup(context);
}

function cancel({ folder, say }: OperationContext): void {
  if (!folder.exists) return say({ op: 'cancel', result: 'nothing-there' });
  if (folder.isTombstone || folder.isComplete) return say({ op: 'cancel', result: 'not-running' });
  folder.write('cancel', '');
  say({ op: 'cancel', result: 'flagged' });
}

async function cleanup(context: OperationContext): Promise<void> {
  const { standIn, folder, say } = context;
  const { scheduler } = standIn;
  if (scheduler.describe(folder.taskPath)?.state === 'running') {
    return say({ op: 'cleanup', result: 'pending', detail: `The task ${folder.taskPath} is still running` });
  }
  scheduler.delete(folder.taskPath);
  scheduler.delete(`${folder.taskPath}-step`);
  await removeShareConnection(context);
  folder.clean();
  say({ op: 'cleanup', result: 'clean', detail: '' });
}
