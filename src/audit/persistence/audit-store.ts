import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, LessThan } from 'typeorm';
import { Database } from '../../database/database.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereEqual } from '../../database/search.js';
import type { AuditEntry } from '../domain/audit-entry.js';
import { AuditEntryRow } from './audit-entry.entity.js';

const SORT = { columns: { at: 'at' }, defaultSort: '-at' };

/** What a list may be narrowed by; `from` and `until` are instants, the second one excluded. */
export interface AuditFilter extends ListRequest {
  readonly action?: string | undefined;
  readonly actorKind?: string | undefined;
  readonly actorId?: string | undefined;
  readonly subjectType?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

const EQUAL = ['action', 'actorKind', 'actorId', 'subjectType', 'subjectId'] as const;

/** SQL for the audit log. */
@Injectable()
export class AuditStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** In the transaction of the change that the entry tells of: both, or neither. */
  async insertIn(tx: EntityManager, entry: AuditEntry): Promise<void> {
    await tx.save(AuditEntryRow, Object.assign(new AuditEntryRow(), entry));
  }

  async list(filter: AuditFilter): Promise<Page<AuditEntry>> {
    const query = this.database.reader.createQueryBuilder(AuditEntryRow, 'entry');
    for (const column of EQUAL) whereEqual(query, column, filter[column]);
    if (filter.from !== undefined) query.andWhere('entry.at >= :from', { from: filter.from });
    if (filter.until !== undefined) query.andWhere('entry.at < :until', { until: filter.until });
    return fetchPage(query, SORT, filter);
  }

  /** Removes some entries older than an instant; answers how many. */
  async removeSome(before: string, limit: number): Promise<number> {
    const old = await this.database.reader.find(AuditEntryRow, {
      select: { id: true },
      where: { at: LessThan(before) },
      order: { at: 'ASC' },
      take: limit,
    });
    if (old.length === 0) return 0;
    await this.database.write((tx) => tx.delete(AuditEntryRow, { id: In(old.map(({ id }) => id)) }));
    return old.length;
  }
}
