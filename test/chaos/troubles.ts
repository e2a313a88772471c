import { setTimeout as delay } from 'node:timers/promises';
import type { RegisteredHost } from '../harness/fleet.js';
import type { Winch } from '../harness/winch.js';
import type { DataDisk } from './data-disk.js';
import { HostTroubles } from './host-troubles.js';
import { Keeper } from './keeper.js';
import { lockDatabase } from './lock-database.js';
import { describeTrouble, type Disturbance, type Trouble, type Victim } from './plan.js';

/** Redis answers within it or stands still at this instant. */
const FLUSHED_WITHIN_MS = 10_000;

export interface TroubledParts {
  readonly winch: Winch;
  readonly hosts: readonly RegisteredHost[];
  readonly disk: DataDisk;
}

/** Carries a chaos plan out, and remembers what was done to which host. */
export class Troubles implements AsyncDisposable {
  readonly onHosts = new HostTroubles();
  /** How often runs lost the worker that followed them. */
  workerLosses = 0;
  /** One line for each trouble, with the instant at which it began. */
  readonly story: string[] = [];
  readonly #keepers: Readonly<Record<Victim, Keeper>>;
  #secondWorker: { readonly keeper: Keeper; readonly isReady: Promise<void> } | undefined;

  constructor(private readonly parts: TroubledParts) {
    const { winch } = parts;
    if (winch.redis.process === undefined)
      throw new Error('Chaos kills Redis: put redis-server on the PATH and try again');
    this.#keepers = {
      worker: new Keeper('worker', winch.worker),
      api: new Keeper('api', winch.api),
      redis: new Keeper('Redis', winch.redis.process),
    };
  }

  get crashes(): string[] {
    return this.#allKeepers().flatMap(({ crashes }) => crashes);
  }

  /** Settles when each trouble is over; a process that does not come up again rejects. */
  async carryOut(plan: readonly Disturbance[]): Promise<void> {
    const ends = await Promise.allSettled(plan.map((disturbance) => this.#atItsInstant(disturbance)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const keeper of this.#allKeepers()) await keeper[Symbol.asyncDispose]();
  }

  async #atItsInstant({ atMs, trouble }: Disturbance): Promise<void> {
    await delay(atMs);
    this.story.push(`${atMs} ms: ${describeTrouble(trouble)}`);
    await this.cause(trouble);
  }

  /** Resolves when the trouble is over. It begins at once. */
  async cause(trouble: Trouble): Promise<void> {
    const { winch, disk } = this.parts;
    switch (trouble.kind) {
      case 'kill':
        return this.#kill(trouble.victims, trouble.downMs);
      case 'flush':
        return this.#flush();
      case 'freeze':
        return this.#freeze(trouble.forMs);
      case 'suspend':
        return this.#suspend(trouble.victims, trouble.forMs);
      case 'unreachable':
        return this.#keepers.redis.freeze(trouble.forMs);
      case 'locked':
        return lockDatabase(winch.dataDir, trouble.forMs);
      case 'disk-full':
        return disk.fill(winch.api, trouble.forMs);
      case 'connections':
      case 'reboot':
      case 'restart-service':
      case 'clock':
      case 'lie':
        await Promise.all(this.#named(trouble.hosts).map((host) => this.#befall(host, trouble)));
    }
  }

  async #befall(host: RegisteredHost, trouble: Extract<Trouble, { readonly hosts: unknown }>): Promise<void> {
    switch (trouble.kind) {
      case 'connections':
        return host.host.misbehave(trouble.rule);
      case 'reboot':
        return this.onHosts.reboot(host, trouble.torn);
      case 'restart-service':
        return this.onHosts.restartService(host);
      case 'clock':
        return this.onHosts.setClock(host, trouble.offsetSeconds);
      case 'lie':
        return this.onHosts.lie(host, trouble.how);
    }
  }

  async #kill(victims: readonly Victim[], downMs: number): Promise<void> {
    if (victims.includes('worker')) this.workerLosses += 1;
    await Promise.all(victims.map((victim) => this.#keepers[victim].kill(downMs)));
  }

  /** A Redis that is down at this instant has lost its content to nobody: there is nothing to flush then. */
  async #flush(): Promise<void> {
    const redis = this.parts.winch.redis.connect();
    redis.on('error', () => undefined);
    try {
      await Promise.race([redis.flushall(), delay(FLUSHED_WITHIN_MS, undefined, { ref: false })]);
    } finally {
      redis.disconnect();
    }
  }

  async #freeze(forMs: number): Promise<void> {
    this.workerLosses += 1;
    const freezing = this.#keepers.worker.freeze(forMs);
    this.#secondWorker ??= this.#startSecondWorker();
    await Promise.all([freezing, this.#secondWorker.isReady]);
  }

  #startSecondWorker() {
    const keeper = new Keeper('second worker', this.parts.winch.anotherWorker());
    return { keeper, isReady: keeper.start() };
  }

  #allKeepers(): Keeper[] {
    return [...Object.values(this.#keepers), ...(this.#secondWorker ? [this.#secondWorker.keeper] : [])];
  }

  async #suspend(victims: readonly Victim[], forMs: number): Promise<void> {
    if (victims.includes('worker')) this.workerLosses += 1;
    await Promise.all(victims.map((victim) => this.#keepers[victim].freeze(forMs)));
  }

  #named(positions: readonly number[]): RegisteredHost[] {
    return positions.flatMap((position) => this.parts.hosts[position] ?? []);
  }
}
