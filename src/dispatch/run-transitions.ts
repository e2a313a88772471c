import type { FailureReason } from '../deployments/domain/failure-reason.js';
import type { Outcome } from '../deployments/domain/outcome.js';
import type { TargetRunEntity } from '../deployments/persistence/target-run.entity.js';
import type { RunWriter } from '../recording/persistence/run-writer.js';

/**
 * Makes a new following the valid one. Whoever followed before is refused by the recorder from now on. `detail` says why
 * it is queued again.
 */
export function queueRun(writer: RunWriter, detail?: string): void {
  const { run } = writer;
  const isFirst = run.epoch === 0;
  const wasTaken = isFirst || run.workerId !== null;
  Object.assign(run, {
    epoch: run.epoch + 1,
    // Begins anew with the first word of the target (Recorder).
    idleEpochs: isFirst ? 0 : run.idleEpochs + 1,
    queuedAt: writer.at,
    workerSeq: 0,
    workerId: null,
    waitingFor: wasTaken ? null : 'worker',
  });
  const mode = run.runnerSeq > 0 ? 'follow' : 'start';
  writer.addApiEvent({
    type: 'run.queued',
    epoch: run.epoch,
    mode,
    ...(detail === undefined ? {} : { detail }),
  });
}

/** Says of a queued run that no job can be made for it, and why. */
export function delayRun(writer: RunWriter, detail: string): void {
  writer.run.waitingFor = 'job';
  writer.addApiEvent({ type: 'run.delayed', detail: detail.slice(0, MAX_DETAIL) });
}

const MAX_DETAIL = 2_000;

/**
 * Makes a following of a finished run that only cleans up. It is no new event: the run's end stays its last word, until
 * the clean-up is reported.
 */
export function queueCleanup({ run, at }: RunWriter): void {
  Object.assign(run, { epoch: run.epoch + 1, queuedAt: at, workerSeq: 0 });
}

export interface Ending {
  readonly outcome: Outcome;
  readonly failureReason: FailureReason | null;
  readonly failureDetail: string;
}

/** How a run ends that was cancelled while nothing of it can have been started. */
export const CANCELLED_UNTOUCHED: Ending = {
  outcome: 'cancelled',
  failureReason: 'cancelled',
  failureDetail: 'Cancelled before anything was started',
};

/** How a run ends that was not begun in time. */
export function expiredUntouched({
  expiresAt,
  waitingFor,
}: Pick<TargetRunEntity, 'expiresAt' | 'waitingFor'>): Ending {
  const waited = waitingFor === null ? '' : `; it waited for ${waitingFor}`;
  const failureDetail = `Nothing was started before ${expiresAt}${waited}`;
  return { outcome: 'expired', failureReason: 'expired', failureDetail };
}

/** Ends a run that no worker follows. A worker that takes its job later is told that it is closed. */
export function endRun(writer: RunWriter, ending: Ending): void {
  writer.run.waitingFor = null;
  writer.addApiEvent({ type: 'run.finished', ...ending });
}
