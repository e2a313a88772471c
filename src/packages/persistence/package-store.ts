import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import { nameKey } from '../../database/name-key.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereContains, whereEqual } from '../../database/search.js';
import { ValidationError } from '../../shared/errors.js';
import { newId, type Id, type PackageId } from '../../shared/ids.js';
import {
  completed,
  type PackageState,
  type PackageSummary,
  type StoredRevision,
} from '../domain/stored-package.js';
import type { PackageImport } from '../domain/package-import.js';
import { PackageImportRow } from './package-import.entity.js';
import { PackageRevisionRow } from './package-revision.entity.js';
import { PackageRow } from './package.entity.js';

const SORT = {
  columns: { name: 'sortName', createdAt: 'createdAt', updatedAt: 'updatedAt' },
  defaultSort: 'name',
};
const REVISION_SORT = { columns: { revision: 'revision' }, defaultSort: '-revision' };

/** What a list may be narrowed by. */
export interface PackageFilter extends ListRequest {
  readonly q?: string | undefined;
  readonly name?: string | undefined;
  readonly state?: PackageState | undefined;
}

/** A package as it is, and what it becomes. */
export interface PackageChange {
  readonly summary: PackageSummary;
  /** A revision to add; none when only the state changes. */
  readonly revision?: StoredRevision;
}

/** SQL for packages and their revisions. */
@Injectable()
export class PackageStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byId(id: string): Promise<PackageSummary | null> {
    return this.database.reader.findOneBy(PackageRow, { id: id as PackageId });
  }

  async byName(name: string): Promise<PackageSummary | null> {
    return this.database.reader.findOneBy(PackageRow, { nameKey: nameKey(name) });
  }

  async revision(packageId: PackageId, revision: number): Promise<StoredRevision | null> {
    const row = await this.database.reader.findOneBy(PackageRevisionRow, { packageId, revision });
    return row && completed(row);
  }

  async list(filter: PackageFilter): Promise<Page<PackageSummary>> {
    const query = this.database.reader.createQueryBuilder(PackageRow, 'package');
    whereContains(query, 'sortName', filter.q);
    whereEqual(query, 'sortName', filter.name === undefined ? undefined : nameKey(filter.name));
    whereEqual(query, 'state', filter.state);
    return fetchPage(query, SORT, filter);
  }

  async listRevisions(packageId: PackageId, request: ListRequest): Promise<Page<StoredRevision>> {
    const query = this.database.reader.createQueryBuilder(PackageRevisionRow, 'revision');
    whereEqual(query, 'packageId', packageId);
    return fetchPage(query, REVISION_SORT, request);
  }

  /** What a package was imported from; null when it was not. */
  async importOf(packageId: PackageId): Promise<PackageImport | null> {
    return this.database.reader.findOneBy(PackageImportRow, { id: packageId });
  }

  /** @throws ValidationError `duplicate-name` */
  async insert(
    summary: PackageSummary,
    revision: StoredRevision,
    origin?: PackageImport,
  ): Promise<PackageSummary> {
    return this.database.write(async (tx) => {
      const saved = await save(tx, { summary, revision });
      if (origin) await tx.insert(PackageImportRow, { id: saved.id, ...origin });
      return saved;
    });
  }

  /**
   * Replaces a package by what `change` makes of it and of its newest revision, in one transaction. Null when it does
   * not exist; `change` answers undefined when nothing changes.
   */
  async change(
    id: string,
    change: (present: PackageSummary, newest: StoredRevision) => PackageChange | undefined,
  ): Promise<PackageSummary | null> {
    return this.database.write(async (tx) => {
      const present = await tx.findOneBy(PackageRow, { id: id as PackageId });
      if (!present) return null;
      const key = { packageId: present.id, revision: present.revision };
      const changed = change(present, completed(await tx.findOneByOrFail(PackageRevisionRow, key)));
      return changed ? save(tx, changed) : present;
    });
  }
}

async function save(tx: EntityManager, { summary, revision }: PackageChange): Promise<PackageSummary> {
  const sortName = nameKey(summary.name);
  const key = summary.state === 'archived' ? null : sortName;
  if (key !== null) await refuseDuplicate(tx, summary, key);
  const row = Object.assign(new PackageRow(), summary, { sortName, nameKey: key });
  await tx.save(PackageRow, row);
  if (revision) await tx.insert(PackageRevisionRow, { id: newId<Id<'PackageRevision'>>(), ...revision });
  return row;
}

async function refuseDuplicate(tx: EntityManager, summary: PackageSummary, key: string): Promise<void> {
  const holder = await tx.findOneBy(PackageRow, { nameKey: key });
  if (!holder || holder.id === summary.id) return;
  const detail = `The package ${holder.id} has this name, whatever the case: choose another`;
  throw new ValidationError(
    `There is a package ${holder.name} already`,
    [{ pointer: '/name', code: 'duplicate-name', detail }],
    'duplicate-name',
  );
}
