import { operationScript } from '../../../src/target/scripts.js';
import { OperationLog } from './operation-log.js';
import type { RunUnderTest } from './run-under-test.js';

/**
 * Follows a run from each offset to its end. Where the host executes our scripts one PowerShell does all of it,
 * since its start costs more than a hundred follows.
 */
export async function followFromEach(run: RunUnderTest, offsets: readonly number[]): Promise<OperationLog[]> {
  if (!run.host.runsScripts)
    return Promise.all(offsets.map((offset) => run.follow({ offset, epoch: EPOCH }).finished()));
  const lines: string[] = [];
  for await (const line of run.host.runOperation(stdinFor(run, offsets)).lines) lines.push(line);
  return Promise.all(groupsOf(lines).map((group) => logOf(group).finished()));
}

/** Higher than that of every other follow of the tests. */
const EPOCH = 1000;

/** One input after the other; none of them holds the character between them. */
function stdinFor({ id }: RunUnderTest, offsets: readonly number[]): Buffer {
  const inputs = offsets.map((offset) =>
    JSON.stringify({
      operation: 'follow',
      targetRunId: id,
      epoch: EPOCH,
      offset,
      heartbeatSeconds: 15,
      secretNames: [],
    }),
  );
  const script = `foreach ($winch in $winch.Split('|')) { & {\n${operationScript('follow')}\n} }`;
  return Buffer.from(`${inputs.join('|')}\n\n${script}\n`, 'latin1');
}

function groupsOf(lines: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('{"op":"attached"')) groups.push([]);
    groups.at(-1)?.push(line);
  }
  return groups;
}

function logOf(lines: readonly string[]): OperationLog {
  return new OperationLog({ lines: replayed(lines), kill: () => undefined });
}

async function* replayed(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
