import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import { DeploymentsService } from '../deployments/deployments.service.js';
import type { Clock } from '../shared/clock.js';
import { Loop } from '../shared/loop.js';
import { nextRunAfter } from './domain/next-run.js';
import { MISSED_AFTER_MS, type Schedule } from './domain/schedule.js';
import { ScheduleStore } from './persistence/schedule-store.js';
import { ScheduledOrders } from './scheduled-orders.service.js';

const TICK_MS = 1_000;

/**
 * Places the orders of schedules whose time has come. What is due stands in SQL and moves on only after its orders are
 * committed, so neither a restart nor an empty Redis loses or doubles an occurrence.
 */
@Injectable()
export class ScheduleRunner implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: () => this.runDue(),
    onError: (error) => this.logger.error({ err: error }, 'schedules.failed'),
  });

  constructor(
    @Inject(ScheduleStore) private readonly store: ScheduleStore,
    @Inject(ScheduledOrders) private readonly orders: ScheduledOrders,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** One turn. A schedule that fails holds up no other; it is tried again in the next turn. */
  async runDue(): Promise<void> {
    const now = this.clock.now();
    for (const schedule of await this.store.due(now.toISOString())) {
      try {
        await this.#runOne(schedule, now);
      } catch (error) {
        this.logger.error({ err: error, schedule: schedule.id }, 'schedule.failed');
      }
    }
  }

  async #runOne(schedule: Schedule, now: Date): Promise<void> {
    const { nextRunAt } = schedule;
    if (nextRunAt === null) return;
    const isMissed = now.getTime() - Date.parse(nextRunAt) > MISSED_AFTER_MS;
    if (isMissed && schedule.missed === 'skip') {
      const detail = `Winch looked at ${now.toISOString()} only: it was not running, or the clock was set`;
      await this.orders.leaveOut(schedule, nextRunAt, 'missed', detail);
    } else {
      await this.#orderUnlessBusy(schedule, nextRunAt);
    }
    await this.store.moveOn(schedule.id, nextRunAt, nextRunAfter(schedule, now));
  }

  async #orderUnlessBusy(schedule: Schedule, dueAt: string): Promise<void> {
    if (schedule.overlap === 'run') return this.orders.order(schedule, dueAt);
    const decided = await this.store.decided(schedule.id, dueAt);
    // What this occurrence itself has ordered, before a restart, is no reason to leave out the rest of it.
    const busy = decided.size > 0 ? [] : await this.#unfinished(schedule);
    if (busy.length === 0) return this.orders.order(schedule, dueAt);
    return this.orders.leaveOut(schedule, dueAt, 'overlap', `Deployment ${busy[0]} has not finished yet`);
  }

  async #unfinished({ id }: Schedule): Promise<readonly string[]> {
    return this.deployments.unfinished(await this.store.latestDeployments(id));
  }
}
