import type { FailureReason } from '../deployments/domain/failure-reason.js';
import type { Outcome } from '../deployments/domain/outcome.js';
import type { RunWriter } from '../recording/persistence/run-writer.js';

/** Makes a new following the valid one. Whoever followed before is refused by the recorder from now on. */
export function queueRun(writer: RunWriter): void {
  const { run } = writer;
  Object.assign(run, {
    epoch: run.epoch + 1,
    queuedAt: writer.at,
    workerSeq: 0,
    workerId: null,
    waitingFor: null,
  });
  writer.addApiEvent({ type: 'run.queued', epoch: run.epoch, mode: run.runnerSeq > 0 ? 'follow' : 'start' });
}

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

/** Ends a run that no worker follows. A worker that takes its job later is told that it is closed. */
export function endRun(writer: RunWriter, ending: Ending): void {
  writer.run.waitingFor = null;
  writer.addApiEvent({ type: 'run.finished', ...ending });
}
