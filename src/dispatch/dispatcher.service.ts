import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import type { WindowOverride } from '../deployments/domain/window-override.js';
import { Bells } from '../recording/domain/bells.js';
import { RunStore } from '../recording/persistence/run-store.js';
import type { Clock } from '../shared/clock.js';
import type { DeploymentId, TargetRunId } from '../shared/ids.js';
import { Loop } from '../shared/loop.js';
import { DispatchFigures } from './dispatch-figures.service.js';
import { DispatchStateReader } from './dispatch-state.service.js';
import { decideReleases, type Releases } from './domain/decide-releases.js';
import type { DispatchState, WaitingRun } from './domain/dispatch-state.js';
import { ReleaseTurns } from './domain/release-turns.js';
import { DispatchStore } from './persistence/dispatch-store.js';
import { RunHandover } from './run-handover.service.js';
import { endRun, expiredUntouched, queueRun } from './run-transitions.js';
import { WavesService } from './waves.service.js';

/** Runs that become due by time alone (not-before, waves, expiry) are looked for this often; everything else wakes the dispatcher. */
const TICK_MS = 1_000;
/** Runs changed in one transaction: other writers get their turn between two. */
const BATCH = 200;

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
    @Inject(ReleaseTurns) private readonly turns: ReleaseTurns,
    @Inject(DispatchStore) private readonly store: DispatchStore,
    @Inject(DispatchStateReader) private readonly state: DispatchStateReader,
    @Inject(WavesService) private readonly waves: WavesService,
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
    // Most turns find nothing: a fleet under way wakes us with each run that ends.
    if (!(await this.store.hasWaiting())) return;
    await this.turns.take(async (busy) => {
      const now = this.clock.now();
      await this.waves.advance(now);
      await this.#decide(await this.state.read(busy, now), now);
    });
  }

  async #decide(state: DispatchState, now: Date): Promise<void> {
    const at = now.toISOString();
    await this.store.begin(dueDeployments(state, at));
    const decision = decideReleases(state, now);
    for (const ids of batches(decision.expire)) await this.#expire(ids);
    await this.store.hold(decision.hold, at);
    for (const runs of batches(decision.release)) await this.#release(runs, overridesOf(decision, state));
    await this.store.markReleased([...new Set(decision.release.map((run) => run.deploymentId))], at);
  }

  async #expire(ids: readonly TargetRunId[]): Promise<void> {
    await this.runs.change(ids, (writer) => {
      if (writer.run.state !== 'waiting') return false;
      endRun(writer, expiredUntouched(writer.run));
      return true;
    });
  }

  async #turn(): Promise<void> {
    const stopTimer = this.figures.turnSeconds.startTimer();
    await this.dispatch();
    stopTimer();
  }

  async #release(
    runs: readonly WaitingRun[],
    overrides: ReadonlyMap<TargetRunId, WindowOverride>,
  ): Promise<void> {
    const ids = runs.map((run) => run.id);
    const released = await this.runs.change(ids, (writer) => {
      // The decision was made outside this transaction: someone may have cancelled meanwhile.
      if (writer.run.state !== 'waiting') return false;
      const override = overrides.get(writer.run.id);
      if (override) writer.addApiEvent({ type: 'window.overridden', ...overrideFact(override) });
      queueRun(writer);
      return true;
    });
    await this.handover.handOver(released);
  }
}

/** Of the runs that begin outside of maintenance windows: who let them. */
function overridesOf(
  { release, overriding }: Releases,
  { deployments }: DispatchState,
): ReadonlyMap<TargetRunId, WindowOverride> {
  return new Map(
    release.flatMap(({ id, deploymentId }) => {
      const override = deployments.get(deploymentId)?.windowOverride;
      return overriding.has(id) && override ? [[id, override]] : [];
    }),
  );
}

function overrideFact({ by, reason }: WindowOverride): Omit<WindowOverride, 'at'> {
  return { by, reason };
}

/** Deployments that were to begin at an instant which has come. */
function dueDeployments({ deployments }: DispatchState, at: string): DeploymentId[] {
  const due = [...deployments.values()].filter(
    ({ state, notBefore }) => state === 'scheduled' && (notBefore ?? at) <= at,
  );
  return due.map(({ id }) => id);
}

function batches<T>(items: readonly T[]): readonly T[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
}
