import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { ListRequest, Page } from '../database/page.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError, NotFoundError, ValidationError } from '../shared/errors.js';
import { newId, type ScheduleId } from '../shared/ids.js';
import { nextRunAfter, storedTrigger } from './domain/next-run.js';
import { nextOccurrences } from './domain/occurrences.js';
import type { Firing, Schedule } from './domain/schedule.js';
import type { ScheduleSettings } from './domain/schedule-settings.js';
import { type ScheduleListRequest, ScheduleStore } from './persistence/schedule-store.js';
import { ScheduleChecks } from './schedule-checks.service.js';
import { ScheduledOrders, sealScheduleSecrets } from './scheduled-orders.service.js';

export type { ScheduleListRequest };

/** Is given the instant of the last change before another one, and throws when the client has not seen that one. */
export type ChangeCheck = (updatedAt: string) => void;

const PREVIEWED = 10;

/** Schedules: orders that are placed by the calendar. */
@Injectable()
export class SchedulesService {
  constructor(
    @Inject(ScheduleStore) private readonly store: ScheduleStore,
    @Inject(ScheduleChecks) private readonly checks: ScheduleChecks,
    @Inject(ScheduledOrders) private readonly orders: ScheduledOrders,
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(request: ScheduleListRequest): Promise<Page<Schedule>> {
    return this.store.list(request);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Schedule> {
    return found(id, await this.store.byId(id));
  }

  /** Its next occurrences, at most ten; none when it is disabled. */
  nextRuns(schedule: Schedule): readonly string[] {
    if (!schedule.enabled) return [];
    const next = nextOccurrences(storedTrigger(schedule), this.clock.now(), PREVIEWED);
    return next.map((at) => at.toISOString());
  }

  /** What became of its occurrences, the latest first. */
  async firings(schedule: Schedule, request: ListRequest): Promise<Page<Firing>> {
    return this.store.firings(schedule.id, request);
  }

  /** @throws ValidationError with every fault, or `duplicate-name` */
  async create(settings: ScheduleSettings): Promise<Schedule> {
    const now = this.clock.now().toISOString();
    return this.store.insert(await this.#scheduleOf(settings, newId<ScheduleId>(), now));
  }

  /** Replaces all fields; those left out get their defaults, and secret parameters are given again. */
  async replace(id: string, settings: ScheduleSettings, check: ChangeCheck): Promise<Schedule> {
    const { createdAt } = await this.get(id);
    const replacement = await this.#scheduleOf(settings, id as ScheduleId, createdAt);
    const changed = await this.store.change(id as ScheduleId, (present) => {
      check(present.updatedAt);
      return replacement;
    });
    return found(id, changed);
  }

  /** Removes a schedule and its history; deployments that it ordered stay. */
  async remove(id: string, check: ChangeCheck): Promise<void> {
    const schedule = await this.get(id);
    await this.store.remove(schedule.id, (present) => check(present.updatedAt));
  }

  /**
   * Orders now what the schedule orders at an occurrence, whatever its policies; answers what became of each package.
   *
   * @throws NotFoundError; ConflictError when it was run in this very millisecond already.
   */
  async run(id: string): Promise<readonly Firing[]> {
    const schedule = await this.get(id);
    const dueAt = this.clock.now().toISOString();
    if ((await this.store.decided(schedule.id, dueAt)).size > 0)
      throw new ConflictError('The schedule was run at this instant: try again');
    await this.orders.order(schedule, dueAt);
    const { items } = await this.store.firings(schedule.id, { limit: schedule.packages.length });
    return items.filter((firing) => firing.dueAt === dueAt).toSorted((a, b) => a.position - b.position);
  }

  async #scheduleOf(settings: ScheduleSettings, id: ScheduleId, createdAt: string): Promise<Schedule> {
    const now = this.clock.now();
    const checked = await this.checks.check(settings, now);
    if (!checked.ok)
      throw new ValidationError('The schedule breaks one or more rules: see errors', checked.faults);
    const { name, description = '', enabled = true, missed = 'run-once', overlap = 'skip' } = settings;
    const { trigger, packages, secrets, targets } = checked;
    const schedule = { enabled, trigger, createdAt };
    return {
      id,
      name,
      description,
      ...schedule,
      packages,
      sealedSecrets: sealScheduleSecrets(id, secrets, this.config.masterKey),
      targets,
      missed,
      overlap,
      skipSucceeded: settings.skipSucceeded ?? false,
      expiresAfterSeconds: settings.expiresAfterSeconds ?? null,
      priority: settings.priority ?? 0,
      nextRunAt: nextRunAfter(schedule, now),
      updatedAt: now.toISOString(),
    };
  }
}

function found(id: string, schedule: Schedule | null): Schedule {
  if (schedule) return schedule;
  throw new NotFoundError(`There is no schedule ${id}: GET /api/v1/schedules lists them`);
}
