import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, LessThanOrEqual } from 'typeorm';
import { Database } from '../../database/database.js';
import { nameKey } from '../../database/name-key.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereContains, whereEqual } from '../../database/search.js';
import { ValidationError } from '../../shared/errors.js';
import { type DeploymentId, newId, type ScheduleId } from '../../shared/ids.js';
import type { Firing, Schedule } from '../domain/schedule.js';
import { ScheduleFiringRow } from './schedule-firing.entity.js';
import { ScheduleRow } from './schedule.entity.js';

const SORT = {
  columns: { name: 'nameKey', createdAt: 'createdAt', updatedAt: 'updatedAt' },
  defaultSort: 'name',
};
const FIRING_SORT = { columns: { dueAt: 'dueAt' }, defaultSort: '-dueAt' };
/** Occurrences handled in one turn; the rest comes in the next one, a second later. */
const DUE_AT_A_TIME = 100;
/** A schedule's latest deployments, of which any may still be under way. */
const LATEST = 50;

export interface ScheduleListRequest extends ListRequest {
  readonly q?: string | undefined;
  readonly name?: string | undefined;
}

/** SQL for schedules and what became of their occurrences. */
@Injectable()
export class ScheduleStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byId(id: string): Promise<ScheduleRow | null> {
    return this.database.reader.findOneBy(ScheduleRow, { id: id as ScheduleId });
  }

  async list(request: ScheduleListRequest): Promise<Page<Schedule>> {
    const query = this.database.reader.createQueryBuilder(ScheduleRow, 'schedule');
    whereContains(query, 'nameKey', request.q);
    whereEqual(query, 'nameKey', request.name === undefined ? undefined : nameKey(request.name));
    return fetchPage(query, SORT, request);
  }

  /** Schedules whose time has come, the longest due first. */
  async due(now: string): Promise<readonly Schedule[]> {
    return this.database.reader.find(ScheduleRow, {
      where: { nextRunAt: LessThanOrEqual(now) },
      order: { nextRunAt: 'ASC' },
      take: DUE_AT_A_TIME,
    });
  }

  /** @throws ValidationError `duplicate-name` */
  async insert(schedule: Schedule): Promise<Schedule> {
    return this.database.write((tx) => save(tx, schedule));
  }

  /** Replaces a schedule by what `change` makes of it, in one transaction; null when it does not exist. */
  async change(id: ScheduleId, change: (present: Schedule) => Schedule): Promise<Schedule | null> {
    return this.database.write(async (tx) => {
      const present = await tx.findOneBy(ScheduleRow, { id });
      return present && save(tx, change(present));
    });
  }

  /** Removes a schedule with its history, unless `check`, which sees it as it is, throws. */
  async remove(id: ScheduleId, check: (present: Schedule) => void): Promise<void> {
    await this.database.write(async (tx) => {
      const present = await tx.findOneBy(ScheduleRow, { id });
      if (present) check(present);
      await tx.delete(ScheduleFiringRow, { scheduleId: id });
      await tx.delete(ScheduleRow, { id });
    });
  }

  /** Moves on to the next occurrence, unless someone has changed the schedule meanwhile. */
  async moveOn(id: ScheduleId, from: string, to: string | null): Promise<void> {
    await this.database.write((tx) => tx.update(ScheduleRow, { id, nextRunAt: from }, { nextRunAt: to }));
  }

  /** The positions that an occurrence has already been decided for. */
  async decided(scheduleId: ScheduleId, dueAt: string): Promise<ReadonlySet<number>> {
    const rows = await this.database.reader.findBy(ScheduleFiringRow, { scheduleId, dueAt });
    return new Set(rows.map((row) => row.position));
  }

  async record(firing: Omit<Firing, 'id'>): Promise<void> {
    await this.database.write((tx) => this.recordIn(tx, firing));
  }

  /** In the transaction that also stores the deployment: both, or neither. */
  async recordIn(tx: EntityManager, firing: Omit<Firing, 'id'>): Promise<void> {
    await tx.insert(ScheduleFiringRow, { id: newId(), ...firing });
  }

  async firings(scheduleId: ScheduleId, request: ListRequest): Promise<Page<Firing>> {
    const query = this.database.reader.createQueryBuilder(ScheduleFiringRow, 'firing');
    query.where('firing.scheduleId = :scheduleId', { scheduleId });
    return fetchPage(query, FIRING_SORT, request);
  }

  /** The deployments that it ordered last. */
  async latestDeployments(scheduleId: ScheduleId): Promise<readonly DeploymentId[]> {
    const rows = await this.database.reader.find(ScheduleFiringRow, {
      where: { scheduleId, result: 'ordered' },
      order: { dueAt: 'DESC' },
      take: LATEST,
    });
    return rows.flatMap((row) => (row.deploymentId === null ? [] : [row.deploymentId]));
  }
}

async function save(tx: EntityManager, schedule: Schedule): Promise<Schedule> {
  const holder = await tx.findOneBy(ScheduleRow, { nameKey: nameKey(schedule.name) });
  if (holder && holder.id !== schedule.id) throw duplicate(holder);
  const row = Object.assign(new ScheduleRow(), schedule, { nameKey: nameKey(schedule.name) });
  return tx.save(ScheduleRow, row);
}

function duplicate(holder: Schedule): ValidationError {
  const detail = `The schedule ${holder.id} has this name, whatever the case: choose another`;
  return new ValidationError(
    `There is a schedule ${holder.name} already`,
    [{ pointer: '/name', code: 'duplicate-name', detail }],
    'duplicate-name',
  );
}
