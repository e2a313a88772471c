import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import { RunStore } from '../recording/persistence/run-store.js';
import type { Clock } from '../shared/clock.js';
import { Loop } from '../shared/loop.js';
import { DispatchFigures } from './dispatch-figures.service.js';
import { type Due, findAbandoned } from './domain/find-abandoned.js';
import { FollowedRuns } from './domain/followed-runs.js';
import { RunHandover } from './run-handover.service.js';
import { RedisUnavailableError, RunQueue } from './run-queue.js';
import { queueRun } from './run-transitions.js';
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
    const due = findAbandoned(await this.runs.active(), {
      now: this.clock.now(),
      apiUptimeMs: this.clock.monotonicMs() - this.#startedAtMs,
      livingWorkers: new Set((await this.workers.living()).map((worker) => worker.id)),
      isFollowed: (id, epoch) => this.followed.isFollowed(id, epoch),
    });
    const lost = await this.#withoutJob(due);
    for (let from = 0; from < lost.length; from += RUNS_AT_A_TIME)
      await this.#queueAgain(lost.slice(from, from + RUNS_AT_A_TIME));
  }

  /** A run that no worker has taken yet may still wait in Redis. */
  async #withoutJob(due: readonly Due[]): Promise<Due[]> {
    const lost: Due[] = [];
    for (const run of due) {
      if (run.workerIsGone || !(await this.queue.has(run.id, run.epoch))) lost.push(run);
    }
    return lost;
  }

  async #queueAgain(lost: readonly Due[]): Promise<void> {
    const epochs = new Map(lost.map((run) => [run.id, run.epoch]));
    const queued = await this.runs.change([...epochs.keys()], (writer) => {
      // Read again inside the transaction: one that moved on meanwhile is left alone.
      if (writer.run.epoch !== epochs.get(writer.run.id) || writer.run.state === 'finished') return false;
      queueRun(writer);
      return true;
    });
    for (const { id, epoch } of queued) this.logger.warn({ targetRunId: id, epoch }, 'run.requeued');
    this.figures.requeued.inc(queued.length);
    await this.handover.handOver(queued);
  }

  #report(error: unknown): void {
    if (error instanceof RedisUnavailableError) this.logger.warn({ err: error }, 'redis.unavailable');
    else this.logger.error({ err: error }, 'reconcile.failed');
  }
}
