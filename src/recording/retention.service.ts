import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { Loop } from '../shared/loop.js';
import { RetentionStore } from './persistence/retention-store.js';

const TICK_MS = 3_600_000;
const DAY_MS = 24 * 3600 * 1000;

/** What a turn removed. */
export interface Removed {
  /** Runs that lost their output. */
  readonly outputs: number;
  readonly deployments: number;
}

/**
 * Removes the output of old runs, and later the runs themselves with their deployment and all events, so that the
 * database does not grow for ever. Works in short transactions, one after the other: recording goes on in between.
 */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: async () => void (await this.retain()),
    onError: (error) => this.logger.error({ err: error }, 'retention.failed'),
  });
  #isStopping = false;

  constructor(
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RetentionStore) private readonly store: RetentionStore,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.#isStopping = true;
    await this.#loop.stop();
  }

  /** Removes everything that is older than it is kept. What a stop interrupts goes on with the next start. */
  async retain(): Promise<Removed> {
    // The log first: what goes altogether need not lose its output before.
    const deployments = await this.#removeDeployments();
    const outputs = await this.#removeOutput();
    if (deployments + outputs > 0) this.logger.info({ deployments, outputs }, 'retention.removed');
    return { deployments, outputs };
  }

  async #removeOutput(): Promise<number> {
    const before = this.#daysAgo(this.config.keepOutputDays);
    const at = this.clock.now().toISOString();
    return this.#each(
      () => this.store.runsWithOutput(before),
      (runs) => this.store.removeOutput(runs, at),
    );
  }

  async #removeDeployments(): Promise<number> {
    const before = this.#daysAgo(this.config.keepLogDays);
    return this.#each(
      () => this.store.deployments(before),
      (ids) => this.store.removeDeployments(ids),
    );
  }

  /** Finds some, removes them part by part, and finds the next, until there are none. */
  async #each<Id>(
    find: () => Promise<readonly Id[]>,
    removePart: (found: readonly Id[]) => Promise<boolean>,
  ): Promise<number> {
    let removed = 0;
    for (let found = await find(); found.length > 0; found = await find()) {
      let isDone = false;
      while (!isDone) {
        if (this.#isStopping) return removed;
        isDone = await removePart(found);
      }
      removed += found.length;
    }
    return removed;
  }

  #daysAgo(days: number): string {
    return new Date(this.clock.now().getTime() - days * DAY_MS).toISOString();
  }
}
