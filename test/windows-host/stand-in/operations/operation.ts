import type { OperationLine } from '../../../../src/target/operation-output.js';
import { asciiJson } from '../ascii-json.js';
import { RunFolder } from '../run-folder.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { Follow } from './follow.js';
import { type OperationInput, parseOperationStdin } from './input.js';
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

/** Reads stdin to its end and does what it asks. Input that breaks the contract: stderr and exit code 1. */
export async function runOperation(standIn: StandIn, process: SimulatedProcess): Promise<number> {
  const stdin = await process.readStdin();
  const parsed = tryParse(process, stdin);
  if (parsed === undefined) return 1;
  const context: OperationContext = {
    standIn,
    process,
    folder: new RunFolder(standIn.machine.files, parsed.input.targetRunId),
    secrets: parsed.secrets,
    say: ({ op, ...rest }) => process.write('stdout', `${asciiJson({ op, ...rest })}\n`),
  };
  await carryOut(context, parsed.input);
  return 0;
}

function tryParse(
  process: SimulatedProcess,
  stdin: Buffer,
): ReturnType<typeof parseOperationStdin> | undefined {
  try {
    return parseOperationStdin(stdin);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    process.write('stderr', `The operation's input could not be read: ${problem}\r\n`);
    return undefined;
  }
}

async function carryOut(context: OperationContext, input: OperationInput): Promise<void> {
  if (input.operation === 'start') return start(context, input);
  if (input.operation === 'follow') return new Follow(context, input).run({ started: false });
  return input.operation === 'cancel' ? cancel(context) : cleanup(context);
}

function cancel({ folder, say }: OperationContext): void {
  if (!folder.exists) return say({ op: 'cancel', result: 'nothing-there' });
  if (folder.isTombstone || isComplete(folder)) return say({ op: 'cancel', result: 'not-running' });
  folder.write('cancel', '');
  say({ op: 'cancel', result: 'flagged' });
}

function isComplete(folder: RunFolder): boolean {
  const lastLine = folder.read('journal.jsonl')?.trimEnd().split('\n').at(-1) ?? '';
  return /"type":"final-action\.(?:started|skipped)"/.test(lastLine);
}

function cleanup({ standIn, folder, say }: OperationContext): void {
  const { scheduler } = standIn;
  if (scheduler.describe(folder.taskPath)?.state === 'running') {
    return say({ op: 'cleanup', result: 'pending', detail: `The task ${folder.taskPath} is still running` });
  }
  scheduler.delete(folder.taskPath);
  scheduler.delete(`${folder.taskPath}-step`);
  folder.clean();
  say({ op: 'cleanup', result: 'clean', detail: '' });
}
