import type { JobPayload } from '../dispatch/domain/sealed-job.js';
import { messageOf } from '../shared/errors.js';
import type { RunReporter } from './run-reporter.js';
import { cleanUp } from './target-requests.js';
import type { TargetDoor } from './target-session.js';

export interface CleanUpParts {
  readonly job: Pick<JobPayload, 'targetRunId'>;
  readonly door: TargetDoor;
  readonly reporter: RunReporter;
  readonly signal: AbortSignal;
  readonly onTrouble: (event: string, error: unknown) => void;
}

/**
 * Removes what a finished run left on its target and reports what came of it. The result stands in SQL already: what
 * cannot be removed now is a later sweep's work, not a failure of the run.
 */
export async function cleanUpAndReport({
  job,
  door,
  reporter,
  signal,
  onTrouble,
}: CleanUpParts): Promise<void> {
  const left = await cleanUp(door, job.targetRunId, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    onTrouble('cleanup.failed', error);
    return { result: 'pending' as const, detail: messageOf(error).slice(0, 2000) };
  });
  await reporter.say({ type: 'cleanup.finished', ...left });
  await reporter.committed();
}
