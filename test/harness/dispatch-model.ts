import { decideReleases, type Releases } from '../../src/dispatch/domain/decide-releases.js';
import type {
  DispatchState,
  Limited,
  OpenDeployment,
  WaitingRun,
} from '../../src/dispatch/domain/dispatch-state.js';
import type { AssetId, DeploymentId, GroupId, ShareId } from '../../src/shared/ids.js';
import { anOpenDeployment, aWaitingRun } from './builders/dispatch-state.js';
import { pick, type Random, seeded } from './builders/random-package.js';
import { brokenPromises, type Active } from './dispatch-promises.js';

export const SEEDS = [1, 2, 3, 4] as const;

const MINUTE_MS = 60_000;
const BEGIN_MS = Date.parse('2026-11-24T00:00:00.000Z');
const FAR = '2027-12-31T00:00:00.000Z';
const ASSETS = Array.from({ length: 12 }, (_, index) => `a${index}` as AssetId);
const SHARE = 's1' as ShareId;
/** At most two runs on the first six assets; on the next three only at night (22:00 to 04:00 UTC). */
const CAREFUL = 'g-careful' as GroupId;
export const NIGHTLY = 'g-nightly' as GroupId;
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const NIGHT = { timeZone: 'UTC', windows: [{ days: DAYS, from: '22:00', durationMinutes: 360 }] };
const LIMITS = new Map<Limited, number>([
  ['all', 5],
  [SHARE, 2],
  [CAREFUL, 2],
]);
const GROUPS_OF = new Map(
  ASSETS.slice(0, 9).map((id, index) => [id, [index < 6 ? CAREFUL : NIGHTLY]] as const),
);

export function aSmallWorld(seed: number, options: { readonly endless?: boolean } = {}): SmallWorld {
  return new SmallWorld(seeded(seed), options.endless ?? false);
}

/** Assets, orders and a clock, minute by minute; after each decision of the dispatcher its promises are looked at. */
export class SmallWorld {
  readonly broken: string[] = [];
  released = 0;
  #waiting: WaitingRun[] = [];
  #active: Active[] = [];
  readonly #deployments = new Map<DeploymentId, OpenDeployment>();
  readonly #limits = new Map(LIMITS);
  #nowMs = BEGIN_MS;
  #orders = 0;
  #isPaused = false;

  constructor(
    private readonly random: Random,
    private readonly isEndless: boolean,
  ) {}

  get waitingCount(): number {
    return this.#waiting.length;
  }

  isOver(id: DeploymentId): boolean {
    return ![...this.#waiting, ...this.#active].some((run) => run.deploymentId === id);
  }

  /** One minute with random orders, ends, pauses and resumptions, and one decision. */
  pass(): void {
    if (this.isEndless) this.#order({ priority: 10 }, 1);
    else this.#disturb();
    this.#tick();
  }

  /** Passes minutes without further orders until nothing waits; answers how many it took. */
  passUntilEmpty(most: number): number {
    this.#isPaused = false;
    for (const [id, deployment] of this.#deployments)
      this.#deployments.set(id, { ...deployment, state: 'running' });
    for (let minutes = 0; minutes < most; minutes++) {
      if (this.#waiting.length === 0) return minutes;
      this.#tick();
    }
    return most;
  }

  passUntil(isDone: () => boolean, most: number): number {
    let minutes = 0;
    while (!isDone() && minutes++ < most) this.pass();
    return minutes;
  }

  /** A single run that nobody is in a hurry for. */
  orderLow(): DeploymentId {
    return this.#order({ priority: 0 }, 1);
  }

  #disturb(): void {
    if (this.random(8) === 0) this.#orderAtRandom();
    if (this.random(40) === 0) this.#isPaused = !this.#isPaused;
    const ids = [...this.#deployments.keys()];
    const [first, ...others] = ids;
    if (first === undefined || this.random(20) > 0) return;
    const deployment = this.#deployments.get(pick(this.random, [first, ...others]));
    if (!deployment) return;
    const state = deployment.state === 'paused' ? 'running' : 'paused';
    this.#deployments.set(deployment.id, { ...deployment, state });
  }

  #orderAtRandom(): void {
    const { random } = this;
    const notBefore = random(3) === 0 ? this.#inMinutes(random(60)) : null;
    const expectedDurationSeconds = 60 * (5 + random(25));
    const id = this.#order({ priority: random(10), notBefore, expectedDurationSeconds }, 1 + random(6));
    if (random(3) === 0) this.#limits.set(id, 1 + random(2));
  }

  #order(fields: Partial<OpenDeployment>, runs: number): DeploymentId {
    const { random } = this;
    const deployment = anOpenDeployment(`d${String((this.#orders += 1)).padStart(6, '0')}`, {
      createdAt: this.#inMinutes(0),
      expectedDurationSeconds: 600,
      ...fields,
    });
    this.#deployments.set(deployment.id, deployment);
    const isWaved = random(3) === 0;
    for (let index = 0; index < runs; index++) {
      this.#waiting.push(
        aWaitingRun(`${deployment.id}-${index}`, ASSETS[random(ASSETS.length)] ?? 'a0', {
          deploymentId: deployment.id,
          shareId: random(3) === 0 ? SHARE : null,
          wave: isWaved && index > 1 ? 1 : 0,
          expiresAt: !this.isEndless && random(10) === 0 ? this.#inMinutes(120) : FAR,
        }),
      );
    }
    return deployment.id;
  }

  #tick(): void {
    this.#nowMs += MINUTE_MS;
    this.#active = this.#active.filter((run) => run.endsMs > this.#nowMs && this.random(10) > 0);
    this.#openWaves();
    const now = new Date(this.#nowMs);
    const state = this.#state();
    const decision = decideReleases(state, now);
    this.#apply(decision, now);
    this.broken.push(...brokenPromises({ state, decision, active: this.#active, now }));
  }

  #openWaves(): void {
    for (const [id, deployment] of this.#deployments) {
      const open = [...this.#waiting, ...this.#active].some(
        (run) => run.deploymentId === id && run.wave === 0,
      );
      if (!open) this.#deployments.set(id, { ...deployment, openWave: 1 });
      if (this.isOver(id)) this.#deployments.delete(id);
    }
  }

  #apply({ release, expire, hold }: Releases, now: Date): void {
    const gone = new Set<string>([...expire, ...release.map((run) => run.id)]);
    const reasons = new Map(hold.map(({ id, waitingFor }) => [id, waitingFor]));
    this.#waiting = this.#waiting
      .filter((run) => !gone.has(run.id))
      .map((run) => ({ ...run, waitingFor: reasons.get(run.id) ?? run.waitingFor }));
    for (const run of release) {
      const deployment = this.#deployments.get(run.deploymentId);
      if (!deployment) throw new Error(`A run of ${run.deploymentId} was released, which is not there`);
      this.#deployments.set(deployment.id, { ...deployment, lastReleasedAt: now.toISOString() });
      this.#active.push({ ...run, endsMs: this.#nowMs + deployment.expectedDurationSeconds * 1000 });
      this.released += 1;
    }
  }

  #state(): DispatchState {
    return {
      waiting: this.#waiting,
      active: [...this.#active],
      deployments: new Map(this.#deployments),
      busyAssets: new Set(
        this.random(4) === 0 ? [pick(this.random, ['a1' as AssetId, 'a7' as AssetId])] : [],
      ),
      limits: this.#limits,
      groupsOf: GROUPS_OF,
      maintenance: new Map([[NIGHTLY, NIGHT]]),
      isPaused: this.#isPaused,
    };
  }

  #inMinutes(minutes: number): string {
    return new Date(this.#nowMs + minutes * MINUTE_MS).toISOString();
  }
}
