import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import { mayBeOnTarget } from '../recording/domain/projection.js';
import { type ActiveRow, RunStore } from '../recording/persistence/run-store.js';
import type { RunWriter } from '../recording/persistence/run-writer.js';
import type { Clock } from '../shared/clock.js';
import { Loop } from '../shared/loop.js';
import type { TargetRunEntity } from '../deployments/persistence/target-run.entity.js';
import { DispatchFigures } from './dispatch-figures.service.js';
import { type Due, findAbandoned } from './domain/find-abandoned.js';
import { givenUpAt } from './domain/give-up.js';
import { FollowedRuns } from './domain/followed-runs.js';
import { RunHandover } from './run-handover.service.js';
import { RedisUnavailableError, RunQueue } from './run-queue.js';
import { CANCELLED_UNTOUCHED, type Ending, endRun, expiredUntouched, queueRun } from './run-transitions.js';
import { WorkersService } from './workers.service.js';

const TICK_MS = 2_000;
/** Runs queued again in one transaction: a lost Redis makes thousands due, and other writers get their turn between two. */
const RUNS_AT_A_TIME = 200;

/**
 * Makes Redis and the workers agree with SQL: a run that SQL calls active, but that no worker follows and no
 * job stands for, is queued again under a higher epoch. Only this and the dispatcher raise an epoch.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: () => this.reconcile(),
    onError: (error) => this.#report(error),
  });
  #startedAtMs = 0;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(FollowedRuns) private readonly followed: FollowedRuns,
    @Inject(RunQueue) private readonly queue: RunQueue,
    @Inject(RunHandover) private readonly handover: RunHandover,
    @Inject(DispatchFigures) private readonly figures: DispatchFigures,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#startedAtMs = this.clock.monotonicMs();
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Looks again at once: a worker has detached. */
  wake(): void {
    this.#loop.wake();
  }

  async reconcile(): Promise<void> {
    for (const { id, host, lastBeatAt } of await this.workers.endSilent()) {
      this.logger.warn({ workerId: id, host, lastBeatAt }, 'worker.silent');
    }
    const active = await this.runs.active();
    await this.#expire(active);
    const due = findAbandoned(active, {
      now: this.clock.now(),
      apiUptimeMs: this.clock.monotonicMs() - this.#startedAtMs,
      livingWorkers: new Set((await this.workers.living()).map((worker) => worker.id)),
      isFollowed: (id, epoch) => this.followed.isFollowed(id, epoch),
    });
    const gone = due.filter(({ workerIsGone }) => workerIsGone);
    const lost = await this.#withoutJob(due.filter(({ workerIsGone }) => !workerIsGone));
    await this.#queueInParts(gone, 'Its worker is gone');
    await this.#queueInParts(lost, NOT_FOLLOWED);
  }

  /** Queued runs that no worker began with in time: with their last moment to start their job has lost its purpose. */
  async #expire(active: readonly ActiveRow[]): Promise<void> {
    const now = this.clock.now().toISOString();
    const late = active.filter(({ workerId, expiresAt }) => workerId === null && expiresAt <= now);
    await this.runs.change(
      late.map((run) => run.id),
      (writer) => {
        const { run } = writer;
        if (run.state !== 'queued' || run.workerId !== null || mayBeOnTarget(run)) return false;
        endRun(writer, expiredUntouched(run));
        return true;
      },
    );
  }

  async #queueInParts(lost: readonly Due[], why: string): Promise<void> {
    for (let from = 0; from < lost.length; from += RUNS_AT_A_TIME)
      await this.#queueAgain(lost.slice(from, from + RUNS_AT_A_TIME), why);
  }

  /** A run that no worker has taken yet may still wait in Redis. */
  async #withoutJob(due: readonly Due[]): Promise<Due[]> {
    const lost: Due[] = [];
    for (const run of due) {
      if (!(await this.queue.has(run.id, run.epoch))) lost.push(run);
    }
    return lost;
  }

  async #queueAgain(lost: readonly Due[], why: string): Promise<void> {
    const epochs = new Map(lost.map((run) => [run.id, run.epoch]));
    const changed = await this.runs.change([...epochs.keys()], (writer) => {
      // Read again inside the transaction: one that moved on meanwhile is left alone.
      if (writer.run.epoch !== epochs.get(writer.run.id) || writer.run.state === 'finished') return false;
      queueOrEnd(writer, why);
      return true;
    });
    const queued = changed.filter((run) => run.state !== 'finished');
    for (const { id, epoch } of queued) this.logger.warn({ targetRunId: id, epoch }, 'run.requeued');
    this.figures.requeued.inc(queued.length);
    await this.handover.handOver(queued);
  }

  #report(error: unknown): void {
    if (error instanceof RedisUnavailableError) this.logger.warn({ err: error }, 'redis.unavailable');
    else this.logger.error({ err: error }, 'reconcile.failed');
  }
}

const NOT_FOLLOWED =
  'No worker follows it and no job stands for it: a worker that refuses jobs has another WINCH_WORKER_KEY';

/** Queues a run again, unless nobody can have started it and nobody is to start it any more. */
function queueOrEnd(writer: RunWriter, why: string): void {
  const { run, at } = writer;
  if (isHopeless(run, at)) endRun(writer, NOBODY_COULD_ASK);
  else if (mayBeOnTarget(run)) queueRun(writer, why);
  else if (run.cancelRequestedAt !== null) endRun(writer, CANCELLED_UNTOUCHED);
  else if (run.expiresAt <= at) endRun(writer, expiredUntouched(run));
  else queueRun(writer, why);
}

/** After as many followings that brought nothing, once the run must be over: the target or our workers will never tell. */
const HOPELESS_EPOCHS = 3;

function isHopeless(run: TargetRunEntity, at: string): boolean {
  return mayBeOnTarget(run) && run.idleEpochs >= HOPELESS_EPOCHS && at >= givenUpAt(run).toISOString();
}

const NOBODY_COULD_ASK: Ending = {
  outcome: 'unknown',
  failureReason: 'worker-error',
  failureDetail: 'No worker could follow it to its end: see the log of the workers for why',
};
