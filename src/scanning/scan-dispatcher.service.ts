import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import { Dispatcher } from '../dispatch/dispatcher.service.js';
import { ReleaseTurns } from '../dispatch/domain/release-turns.js';
import { ScanJobs } from '../dispatch/scan-jobs.service.js';
import { Bells } from '../recording/domain/bells.js';
import type { Clock } from '../shared/clock.js';
import { NotFoundError } from '../shared/errors.js';
import type { AssetId, ScanId } from '../shared/ids.js';
import { Loop } from '../shared/loop.js';
import { decideScans } from './domain/decide-scans.js';
import type { Scan } from './domain/scan.js';
import type { ScanFailure } from './domain/settle-scan.js';
import { attemptsInRedis, lostScans } from './domain/lost-scans.js';
import { RescanOrders } from './rescan-orders.service.js';
import { ScanStore } from './persistence/scan-store.js';
import { ScanBells } from './scan-bells.js';
import { ScansService } from './scans.service.js';

/** Scans become due, expire and get lost by time alone; everything else wakes the dispatcher. */
const TICK_MS = 2_000;
/** Scans considered at a time; the rest is behind them in the same order. */
const WINDOW = 1_000;
/** Scans never take more than a tenth of what the workers can do from the deployments, nor flood the database. */
const SHARE_OF_CAPACITY = 10;
const MOST_AT_A_TIME = 50;

/** Releases scans to the workers, and sees to it that each comes to an end and is told to its run. */
@Injectable()
export class ScanDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: () => this.dispatch(),
    onError: (error) => this.logger.error({ err: error }, 'scan.dispatch-failed'),
  });
  #stopListening: () => void = () => {};

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ScanStore) private readonly store: ScanStore,
    @Inject(ScansService) private readonly scans: ScansService,
    @Inject(RescanOrders) private readonly rescans: RescanOrders,
    @Inject(ScanJobs) private readonly jobs: ScanJobs,
    @Inject(ReleaseTurns) private readonly turns: ReleaseTurns,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(ScanBells) private readonly scanBells: ScanBells,
    @Inject(Bells) private readonly bells: Bells,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.addBusy(async () => (await this.store.underWay()).map(({ assetId }) => assetId));
    this.scanBells.listen(() => this.#loop.wake());
    this.#stopListening = this.bells.listen('*', (rung) => {
      if (rung.state === 'finished') this.#loop.wake();
    });
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopListening();
    await this.#loop.stop();
  }

  /** One look at everything: what has ended, what got lost, what is due. */
  async dispatch(): Promise<void> {
    await this.rescans.order();
    await this.#endLost();
    await this.turns.take((busy) => this.#release(busy));
    // A run may wait for an asset that a scan has left.
    if ((await this.rescans.report()) > 0) this.dispatcher.wake();
  }

  /** Attempts that nobody can be at work on any more are begun anew. */
  async #endLost(): Promise<void> {
    const now = this.clock.now();
    const underWay = await this.store.underWay();
    const livingWorkers = await this.jobs.livingWorkers();
    const lost = lostScans(underWay, { now, livingWorkers });
    for (const attempt of attemptsInRedis(underWay, now))
      if (!(await this.jobs.hasJob(attempt))) lost.push(attempt);
    await this.#beginAnew(lost);
  }

  async #beginAnew(lost: readonly Scan[]): Promise<void> {
    for (const { id, epoch } of lost) {
      await this.store.change(id, async (scan) =>
        scan.epoch === epoch && scan.state !== 'finished' ? { ...AT_REST, dueAt: this.#now() } : null,
      );
      this.logger.warn({ scanId: id, epoch }, 'scan.lost');
    }
  }

  async #release(busyWithScans: ReadonlySet<AssetId>): Promise<void> {
    const waiting = await this.store.due(this.#now(), WINDOW);
    if (waiting.length === 0) return;
    const busyAssets = new Set([...busyWithScans, ...(await this.jobs.assetsWithRuns())]);
    const room = roomFor(await this.jobs.capacity()) - busyWithScans.size;
    const { release, expire } = decideScans({ waiting, busyAssets, room }, this.clock.now());
    const byId = new Map(waiting.map((scan) => [scan.id, scan]));
    for (const id of expire) await this.#expire(id, byId.get(id));
    for (const id of release) await this.#queue(id);
  }

  async #expire(id: ScanId, scan: Scan | undefined): Promise<void> {
    const reason = scan?.failureReason ?? 'expired';
    const detail = scan?.failureDetail === '' ? 'Nobody could scan it in time' : scan?.failureDetail;
    const failed = { ...FAILED, failureReason: reason, failureDetail: detail ?? '', finishedAt: this.#now() };
    await this.store.change(id, async ({ state }) => (state === 'waiting' ? failed : null));
  }

  async #queue(id: ScanId): Promise<void> {
    const queued = await this.store.change(id, async ({ state, epoch }) =>
      state === 'waiting' ? { state: 'queued', epoch: epoch + 1, queuedAt: this.#now() } : null,
    );
    if (!queued) return;
    const { assetId, epoch } = queued;
    try {
      const refusal = await this.jobs.handOver({ scanId: id, epoch, assetId });
      // Without Redis it stays queued, is taken for lost, and is released again.
      if (refusal === null || refusal === 'redis-unavailable') return;
      await this.#fail(queued, { failureReason: refusal.reason, failureDetail: refusal.detail });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      await this.#fail(queued, { failureReason: 'asset-gone', failureDetail: error.message });
    }
  }

  async #fail({ id, epoch }: Scan, failure: ScanFailure): Promise<void> {
    await this.scans.fail(id, epoch, failure);
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

const AT_REST = { state: 'waiting', workerId: null, queuedAt: null } as const;
const FAILED = { state: 'finished', outcome: 'failed' } as const;

function roomFor(capacity: number): number {
  return Math.min(MOST_AT_A_TIME, Math.ceil(capacity / SHARE_OF_CAPACITY));
}
