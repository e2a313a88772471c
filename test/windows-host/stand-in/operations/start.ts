import { Bell } from '../bell.js';
import { runnerCommandLine } from '../run-folder.js';
import { Follow } from './follow.js';
import type { StartInput } from './input.js';
import type { OperationContext } from './operation.js';

/** `start` (docs/developing/operations.md): idempotent, so that a second one only follows. */
export async function start(context: OperationContext, input: StartInput): Promise<void> {
  const { standIn, folder, say } = context;
  const follow = new Follow(context, { ...input, secretNames: input.plan.secretNames });
  if (folder.has('claimed')) return follow.run({ started: false });
  if (standIn.machine.now() > new Date(input.startBefore)) return refuseLate(context, input);
  writeFiles(context, input);
  const problem = await runTask(context, input);
  if (problem !== undefined) return say({ op: 'refused', reason: 'task-did-not-start', detail: problem });
  return follow.run({ started: true });
}

function refuseLate({ standIn, say }: OperationContext, { startBefore }: StartInput): void {
  const now = standIn.machine.now().toISOString();
  say({
    op: 'refused',
    reason: 'start-expired',
    detail: `The target's clock says ${now}, the run had to start before ${startBefore}`,
  });
}

function writeFiles({ folder }: OperationContext, { plan, runner }: StartInput): void {
  folder.createNew('runner.ps1', Buffer.from(runner, 'base64').toString('latin1'));
  folder.createNew('plan.json', JSON.stringify(plan));
}

/** Runs the task until the run is claimed; otherwise says what Task Scheduler tells of it. */
async function runTask(context: OperationContext, input: StartInput): Promise<string | undefined> {
  const { standIn, folder } = context;
  standIn.scheduler.register({
    path: folder.taskPath,
    commandLine: runnerCommandLine(folder),
    principal: 'S-1-5-18',
    executionTimeLimitSeconds: input.taskTimeLimitSeconds,
  });
  standIn.scheduler.run(folder.taskPath);
  if (await claimAppears(context)) return undefined;
  const task = standIn.scheduler.describe(folder.taskPath);
  return `state ${task?.state ?? 'missing'}, last result 0x${(task?.lastTaskResult ?? 0).toString(16)}`;
}

async function claimAppears({ standIn, process, folder }: OperationContext): Promise<boolean> {
  const bell = new Bell();
  const stop = folder.watch(() => bell.ring());
  const deadline = performance.now() + standIn.settings.claimWaitMs;
  try {
    while (!folder.has('claimed')) {
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) return false;
      await process.hear(bell, remainingMs);
    }
    return true;
  } finally {
    stop();
  }
}
