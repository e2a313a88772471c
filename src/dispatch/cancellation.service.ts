import { Inject, Injectable } from '@nestjs/common';
import { DeploymentStore } from '../deployments/persistence/deployment-store.js';
import { mayBeOnTarget } from '../recording/domain/projection.js';
import { RunStore } from '../recording/persistence/run-store.js';
import type { RunWriter } from '../recording/persistence/run-writer.js';
import { ConflictError, NotFoundError } from '../shared/errors.js';
import type { TargetRunId } from '../shared/ids.js';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { QueueStore } from './persistence/queue-store.js';
import { RunQueue } from './run-queue.js';
import { CANCELLED_UNTOUCHED, endRun } from './run-transitions.js';

/**
 * Cancels runs. One that nobody has begun ends at once; for any other the wish is recorded and stands until the
 * worker that follows it has carried it to the target.
 */
@Injectable()
export class CancellationService {
  constructor(
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(DeploymentStore) private readonly deployments: DeploymentStore,
    @Inject(QueueStore) private readonly queue: QueueStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RunQueue) private readonly workers: RunQueue,
  ) {}

  /** @throws NotFoundError; ConflictError when the run has finished. */
  async cancelRun(id: string, by: string): Promise<void> {
    const run = await this.deployments.runById(id);
    if (!run) throw new NotFoundError(`There is no run ${id}`);
    const changed = await this.runs.change([run.id], (writer) => requestCancel(writer, { by }));
    if (changed.length > 0) this.workers.wakeWorkers();
    const isOpen = changed.length > 0 || run.state !== 'finished';
    if (!isOpen)
      throw new ConflictError(
        `The run finished at ${run.finishedAt ?? ''} as ${run.outcome ?? ''}`,
        'already-finished',
      );
  }

  /** Cancels every run of a deployment that has not finished. @throws NotFoundError; ConflictError when all have. */
  async cancelDeployment(id: string, by: string): Promise<void> {
    const deployment = await this.deployments.byId(id);
    if (!deployment) throw new NotFoundError(`There is no deployment ${id}`);
    if (deployment.state === 'finished') {
      throw new ConflictError(
        `The deployment finished at ${deployment.finishedAt ?? ''}`,
        'already-finished',
      );
    }
    await this.deployments.requestCancel(deployment.id, this.clock.now().toISOString());
    const open: TargetRunId[] = await this.deployments.openRuns(deployment.id);
    await this.#cancelRuns(open, { by });
  }

  /** Cancels everything that has not finished. Answers how many runs that is news for. */
  async cancelAll(by: string, reason: string): Promise<number> {
    await this.queue.requestCancelOfAll(this.clock.now().toISOString());
    return this.#cancelRuns(await this.queue.openRuns(), { by, reason });
  }

  async #cancelRuns(ids: readonly TargetRunId[], wish: CancelWish): Promise<number> {
    let changed = 0;
    for (let from = 0; from < ids.length; from += RUNS_AT_A_TIME) {
      const batch = ids.slice(from, from + RUNS_AT_A_TIME);
      changed += (await this.runs.change(batch, (writer) => requestCancel(writer, wish))).length;
    }
    if (changed > 0) this.workers.wakeWorkers();
    return changed;
  }
}

const RUNS_AT_A_TIME = 200;

/** Who wishes it, and why where that is asked. */
interface CancelWish {
  readonly by: string;
  readonly reason?: string;
}

/** Asking twice changes nothing. */
function requestCancel(writer: RunWriter, wish: CancelWish): boolean {
  const { run } = writer;
  if (run.state === 'finished' || run.cancelRequestedAt !== null) return false;
  writer.addApiEvent({ type: 'cancel.requested', ...wish });
  if (isUntouched(writer)) endRun(writer, CANCELLED_UNTOUCHED);
  return true;
}

/** Whether nothing can have been started: a worker that takes its job later is refused, for the run has finished. */
function isUntouched({ run }: RunWriter): boolean {
  return run.state === 'waiting' || (run.workerId === null && !mayBeOnTarget(run));
}
