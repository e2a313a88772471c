import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import { Bells } from '../recording/domain/bells.js';
import { RunStore } from '../recording/persistence/run-store.js';
import type { Clock } from '../shared/clock.js';
import type { AssetId, TargetRunId } from '../shared/ids.js';
import { Loop } from '../shared/loop.js';
import { DispatchFigures } from './dispatch-figures.service.js';
import { decideReleases, type DispatchState, type Releases } from './domain/decide-releases.js';
import { ReleaseTurns } from './domain/release-turns.js';
import { QueueStore } from './persistence/queue-store.js';
import { RunHandover } from './run-handover.service.js';
import { endRun, expiredUntouched, queueRun } from './run-transitions.js';
import { WorkersService } from './workers.service.js';

/** Runs that become due by time alone (expiry) are looked for this often; everything else wakes the dispatcher. */
const TICK_MS = 1_000;
/** Runs considered at a time; the rest is behind them in the same order. */
const WINDOW = 5_000;
/** Runs released in one transaction: other writers get their turn between two. */
const RELEASE_BATCH = 200;

/** Releases waiting runs. The one place that holds policies; the decision itself is `decideReleases`. */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: () => this.#turn(),
    onError: (error) => this.logger.error({ err: error }, 'dispatch.failed'),
  });
  #stopListening: () => void = () => {};

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Bells) private readonly bells: Bells,
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(ReleaseTurns) private readonly turns: ReleaseTurns,
    @Inject(QueueStore) private readonly queue: QueueStore,
    @Inject(RunHandover) private readonly handover: RunHandover,
    @Inject(DispatchFigures) private readonly figures: DispatchFigures,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#stopListening = this.bells.listen('*', (rung) => {
      if (rung.state === 'finished' || rung.state === 'waiting') this.wake();
    });
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopListening();
    await this.#loop.stop();
  }

  /** Looks again at once: something that runs wait for may have changed. */
  wake(): void {
    this.#loop.wake();
  }

  /** Looks at what waits now and releases, expires or holds it. */
  async dispatch(): Promise<void> {
    const now = this.clock.now();
    const waiting = await this.runs.waiting(WINDOW, now.toISOString());
    // Most turns find nothing: a fleet under way wakes us with each run that ends.
    if (waiting.length === 0) return;
    await this.turns.take(async (scanned) => this.#decide(await this.#stateWith(waiting, scanned), now));
  }

  async #decide(state: DispatchState, now: Date): Promise<void> {
    const decision = decideReleases(state, now);
    await this.runs.change(decision.expire, (writer) => {
      if (writer.run.state !== 'waiting') return false;
      endRun(writer, expiredUntouched(writer.run));
      return true;
    });
    await this.#hold(decision.hold);
    for (let from = 0; from < decision.release.length; from += RELEASE_BATCH) {
      await this.#release(decision.release.slice(from, from + RELEASE_BATCH));
    }
  }

  async #turn(): Promise<void> {
    const stopTimer = this.figures.turnSeconds.startTimer();
    await this.dispatch();
    stopTimer();
  }

  async #stateWith(waiting: DispatchState['waiting'], scanned: ReadonlySet<AssetId>): Promise<DispatchState> {
    const active = await this.runs.active();
    return {
      waiting,
      busyAssets: new Set([...scanned, ...active.map((run) => run.assetId)]),
      activeCount: active.length,
      maxActive: await this.workers.capacity(),
      isPaused: (await this.queue.pausedBy()) !== null,
    };
  }

  async #release(ids: readonly TargetRunId[]): Promise<void> {
    const released = await this.runs.change(ids, (writer) => {
      // The decision was made outside this transaction: someone may have cancelled meanwhile.
      if (writer.run.state !== 'waiting') return false;
      queueRun(writer);
      return true;
    });
    await this.handover.handOver(released);
  }

  async #hold(changes: Releases['hold']): Promise<void> {
    const reasons = new Map(changes.map(({ id, waitingFor }) => [id, waitingFor]));
    await this.runs.change([...reasons.keys()], ({ run, at }) => {
      if (run.state !== 'waiting') return false;
      Object.assign(run, { waitingFor: reasons.get(run.id), since: at });
      return true;
    });
  }
}
