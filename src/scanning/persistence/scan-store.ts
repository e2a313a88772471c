import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, IsNull, LessThan, LessThanOrEqual } from 'typeorm';
import { Database } from '../../database/database.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereEqual } from '../../database/search.js';
import type { AssetId, ScanId } from '../../shared/ids.js';
import type { Scan } from '../domain/scan.js';
import type { ScanHistory } from '../domain/timer.js';
import { ScanEntity } from './scan.entity.js';

const SORT = { columns: { createdAt: 'createdAt' }, defaultSort: '-createdAt' };
const ROWS_PER_INSERT = 200;

export interface ScanFilter extends ListRequest {
  readonly assetId?: string | undefined;
  readonly cause?: string | undefined;
  readonly state?: string | undefined;
  readonly outcome?: string | undefined;
}

/** A change of a scan inside a transaction; null leaves it as it is. */
export type ScanChange = (scan: Scan, tx: EntityManager) => Promise<Partial<ScanEntity> | null>;

/** SQL for scans. */
@Injectable()
export class ScanStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Stores new scans; a second one after the same run is left out. */
  async insert(scans: readonly ScanEntity[]): Promise<void> {
    await this.database.write(async (tx) => {
      for (let from = 0; from < scans.length; from += ROWS_PER_INSERT) {
        const rows = scans.slice(from, from + ROWS_PER_INSERT);
        const insert = tx.createQueryBuilder().insert().into(ScanEntity).values(rows);
        await insert.orIgnore().updateEntity(false).execute();
      }
    });
  }

  async byId(id: string): Promise<ScanEntity | null> {
    return this.database.reader.findOneBy(ScanEntity, { id: id as ScanId });
  }

  async list(filter: ScanFilter): Promise<Page<ScanEntity>> {
    const query = this.database.reader.createQueryBuilder(ScanEntity, 'scan');
    whereEqual(query, 'assetId', filter.assetId);
    whereEqual(query, 'cause', filter.cause);
    whereEqual(query, 'state', filter.state);
    whereEqual(query, 'outcome', filter.outcome);
    return fetchPage(query, SORT, filter);
  }

  /** Changes one scan in a transaction, as it is then. Answers it as it has become, or null when nothing changed. */
  async change(id: ScanId, change: ScanChange): Promise<ScanEntity | null> {
    return this.database.write(async (tx) => {
      const scan = await tx.findOneBy(ScanEntity, { id });
      const changed = scan && (await change(scan, tx));
      if (!scan || !changed) return null;
      await tx.update(ScanEntity, { id }, changed);
      return Object.assign(scan, changed);
    });
  }

  /** Scans that wait and are due, in the order in which they were ordered. */
  async due(now: string, limit: number): Promise<ScanEntity[]> {
    return this.database.reader.find(ScanEntity, {
      where: { state: 'waiting', dueAt: LessThanOrEqual(now) },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** Scans that are queued or under way. */
  async underWay(): Promise<ScanEntity[]> {
    return this.database.reader.findBy(ScanEntity, { state: In(['queued', 'scanning']) });
  }

  /**
   * Stores a scan that someone has asked for, or answers one that was asked for before and has not begun. Scans of the
   * asset that wait for it to answer try again first.
   */
  async order(scan: ScanEntity): Promise<ScanEntity> {
    const { assetId, createdAt } = scan;
    const away = { assetId, state: 'waiting', cause: 'rescan', bootAwaitedSince: IsNull() } as const;
    return this.database.write(async (tx) => {
      await tx.update(ScanEntity, away, { dueAt: createdAt });
      const waiting = await tx.findOneBy(ScanEntity, { assetId, cause: 'request', state: 'waiting' });
      if (!waiting) await tx.insert(ScanEntity, scan);
      return waiting ?? scan;
    });
  }

  /** How many scans have not ended, by state. */
  async countOpen(): Promise<ReadonlyMap<string, number>> {
    const query = this.database.reader.createQueryBuilder(ScanEntity, 'scan');
    const rows = await query
      .select('scan.state', 'state')
      .addSelect('COUNT(*)', 'count')
      .where("scan.state <> 'finished'")
      .groupBy('scan.state')
      .getRawMany<{ state: string; count: unknown }>();
    return new Map(rows.map(({ state, count }) => [state, Number(count)]));
  }

  /** What is known of the scans of these assets; assets without any are left out. */
  async historyOf(assetIds: readonly AssetId[]): Promise<ReadonlyMap<string, ScanHistory>> {
    const query = this.database.reader.createQueryBuilder(ScanEntity, 'scan');
    const rows = await query
      .select('scan.assetId', 'assetId')
      .addSelect('MAX(scan.createdAt)', 'lastOrderedAt')
      .addSelect("MAX(CASE WHEN scan.outcome = 'succeeded' THEN scan.createdAt END)", 'lastSucceededAt')
      .addSelect("SUM(CASE WHEN scan.state <> 'finished' THEN 1 ELSE 0 END)", 'open')
      .where('scan.assetId IN (:...assetIds)', { assetIds })
      .groupBy('scan.assetId')
      .getRawMany<HistoryRow>();
    return new Map(rows.map((row) => [row.assetId, historyOf(row)]));
  }

  /** Scans that have ended and whose end has not been told yet. */
  async unreported(limit: number): Promise<ScanEntity[]> {
    const where = { reportedAt: IsNull(), state: 'finished' } as const;
    return this.database.reader.find(ScanEntity, { where, order: { id: 'ASC' }, take: limit });
  }

  /** Removes some scans that finished before an instant. Answers how many. */
  async removeFinished(finishedBefore: string, limit: number): Promise<number> {
    return this.database.write(async (tx) => {
      const where = { finishedAt: LessThan(finishedBefore) };
      const old = await tx.find(ScanEntity, { select: { id: true }, where, take: limit });
      if (old.length > 0) await tx.delete(ScanEntity, { id: In(old.map(({ id }) => id)) });
      return old.length;
    });
  }
}

interface HistoryRow {
  readonly assetId: string;
  readonly lastOrderedAt: string;
  readonly lastSucceededAt: string | null;
  readonly open: unknown;
}

function historyOf({ lastOrderedAt, lastSucceededAt, open }: HistoryRow): ScanHistory {
  return { lastOrderedAt, lastSucceededAt, hasOpen: Number(open) > 0 };
}
