import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import { RunStore } from '../recording/persistence/run-store.js';
import type { Clock } from '../shared/clock.js';
import { Loop } from '../shared/loop.js';
import { FIRST_SWEEP_AFTER_MS, GIVE_UP_AFTER_MS } from './domain/sweep-backoff.js';
import { type PendingRow, SweepStore } from './persistence/sweep-store.js';
import { RunHandover } from './run-handover.service.js';
import { queueCleanup } from './run-transitions.js';
import { WorkersService } from './workers.service.js';

const TICK_MS = 60_000;
/** Runs per timed turn: sweeping must never crowd out deployments. */
const RUNS_PER_TURN = 200;
const RUNS_PER_BATCH = 200;
/** On demand nothing is held back, save what the worker that finished the run may be cleaning up at this moment. */
const ON_DEMAND_AFTER_MS = 150_000;
const ON_DEMAND_LIMIT = 20_000;

/**
 * Cleans up later what could not be cleaned up at a run's end: the target was away, or the worker died in between. Only
 * ever runs that have finished; the operation on the target leaves a runner that still lives alone.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: async () => void (await this.sweep()),
    onError: (error) => this.logger.error({ err: error }, 'sweep.failed'),
  });

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SweepStore) private readonly store: SweepStore,
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(RunHandover) private readonly handover: RunHandover,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** The timed turn: assets that are due. Answers how many clean-ups were queued. */
  async sweep(): Promise<number> {
    await this.workers.forgetEnded();
    await this.store.forgetSettled(this.#ago(GIVE_UP_AFTER_MS));
    const pending = await this.store.pending({
      finishedAfter: this.#ago(GIVE_UP_AFTER_MS),
      finishedBefore: this.#ago(FIRST_SWEEP_AFTER_MS),
      dueBy: this.#ago(0),
      limit: RUNS_PER_TURN,
    });
    return this.#queue(pending);
  }

  /** Someone asks for it: every asset, whenever it was asked last. Answers how many clean-ups were queued. */
  async sweepNow(): Promise<number> {
    const pending = await this.store.pending({
      finishedAfter: this.#ago(GIVE_UP_AFTER_MS),
      finishedBefore: this.#ago(ON_DEMAND_AFTER_MS),
      dueBy: undefined,
      limit: ON_DEMAND_LIMIT,
    });
    return this.#queue(pending);
  }

  /** How many finished runs have left something on their asset that a sweep will try to remove. */
  async countPending(): Promise<number> {
    return this.store.countPending(this.#ago(GIVE_UP_AFTER_MS));
  }

  async #queue(pending: readonly PendingRow[]): Promise<number> {
    let queued = 0;
    for (let from = 0; from < pending.length; from += RUNS_PER_BATCH) {
      queued += await this.#queueBatch(pending.slice(from, from + RUNS_PER_BATCH));
    }
    if (queued > 0) this.logger.info({ runs: queued }, 'sweep.queued');
    return queued;
  }

  async #queueBatch(batch: readonly PendingRow[]): Promise<number> {
    // First, so that an asset is never asked too often, whatever happens next.
    await this.store.markAttempt([...new Set(batch.map((run) => run.assetId))], this.clock.now());
    const queued = await this.runs.change(
      batch.map((run) => run.id),
      (writer) => {
        if (writer.run.state !== 'finished' || writer.run.cleanup !== 'pending') return false;
        queueCleanup(writer);
        return true;
      },
    );
    await this.handover.handOver(queued);
    return queued.length;
  }

  #ago(ms: number): string {
    return new Date(this.clock.now().getTime() - ms).toISOString();
  }
}
