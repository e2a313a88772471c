import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import { Database } from '../../database/database.js';
import { nameKey } from '../../database/name-key.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereContains, whereEqual, whereListHolds } from '../../database/search.js';
import { ValidationError } from '../../shared/errors.js';
import type { AssetId } from '../../shared/ids.js';
import type { Asset } from '../domain/asset.js';
import type { AssetFilter } from '../domain/filter/asset-filter.js';
import { AssetRow } from './asset.entity.js';
import { filterSql } from './filter-sql.js';

const SORT = {
  columns: { name: 'nameKey', address: 'address', createdAt: 'createdAt', updatedAt: 'updatedAt' },
  defaultSort: 'name',
};

/** What a list may be narrowed by. */
export interface AssetListRequest extends ListRequest {
  readonly q?: string | undefined;
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly transport?: string | undefined;
  readonly authentication?: string | undefined;
  readonly state?: string | undefined;
  readonly tag?: string | undefined;
  readonly matches?: AssetFilter | undefined;
  /** At most 30,000: each is a value of the statement. */
  readonly ids?: readonly string[] | undefined;
}

/** What keeps an asset from being removed. */
interface RemovalRules {
  readonly check: (present: Asset) => void;
  readonly isUsed: () => Promise<boolean>;
}

/** What an import makes of the assets that have these names, by `nameKey`. Throws when a rule is broken: nothing is stored. */
export type ImportPlan = (present: ReadonlyMap<string, Asset>) => {
  readonly created: readonly Asset[];
  readonly changed: readonly Asset[];
};

/** Rows of an INSERT, and names of a SELECT: SQLite takes at most 32,766 values in a statement. */
const ROWS_AT_A_TIME = 1_000;

/** SQL for assets. */
@Injectable()
export class AssetStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byId(id: string): Promise<AssetRow | null> {
    return this.database.reader.findOneBy(AssetRow, { id: id as AssetId });
  }

  async byIds(ids: readonly string[]): Promise<readonly AssetRow[]> {
    return this.database.reader.findBy(AssetRow, { id: In(ids) });
  }

  async byIdsOrNames(ids: readonly string[], nameKeys: readonly string[]): Promise<readonly AssetRow[]> {
    return this.database.reader.find(AssetRow, { where: [{ id: In(ids) }, { nameKey: In(nameKeys) }] });
  }

  async list(filter: AssetListRequest, now: Date): Promise<Page<Asset>> {
    const query = this.database.reader.createQueryBuilder(AssetRow, 'asset');
    whereContains(query, 'nameKey', filter.q);
    whereEqual(query, 'nameKey', filter.name === undefined ? undefined : nameKey(filter.name));
    whereEqual(query, 'address', filter.address);
    whereEqual(query, 'transport', filter.transport);
    whereEqual(query, 'authentication', filter.authentication);
    whereEqual(query, 'state', filter.state);
    whereListHolds(query, 'tags', filter.tag);
    if (filter.ids) query.andWhere({ id: In(filter.ids) });
    if (filter.matches) whereMatches(query, filter.matches, now);
    return fetchPage(query, SORT, filter);
  }

  /** Every active asset that a filter chooses, by name. */
  async activeMatching(filter: AssetFilter, now: Date): Promise<readonly Asset[]> {
    return this.#active(filter, now).orderBy('asset.nameKey').getMany();
  }

  async idsOfActiveMatching(filter: AssetFilter, now: Date): Promise<readonly AssetId[]> {
    const query = this.#active(filter, now).select('asset.id', 'id');
    return (await query.getRawMany<{ id: AssetId }>()).map(({ id }) => id);
  }

  async countActiveMatching(filter: AssetFilter, now: Date): Promise<number> {
    return this.#active(filter, now).getCount();
  }

  #active(filter: AssetFilter, now: Date): SelectQueryBuilder<AssetRow> {
    const query = this.database.reader.createQueryBuilder(AssetRow, 'asset');
    whereEqual(query, 'state', 'active');
    whereMatches(query, filter, now);
    return query;
  }

  /** @throws ValidationError `duplicate-name` */
  async insert(asset: Asset): Promise<Asset> {
    return this.database.write(async (tx) => {
      await refuseDuplicate(tx, asset);
      return tx.save(AssetRow, rowOf(asset));
    });
  }

  /** Stores an import: all of it, or nothing. `dryRun`: nothing, after `plan` has been asked. */
  async import(names: readonly string[], plan: ImportPlan, { dryRun }: { dryRun: boolean }): Promise<void> {
    await this.database.write(async (tx) => {
      const { created, changed } = plan(await present(tx, names));
      // False: nothing was done, so nothing is recorded as done (AuditTrail).
      if (dryRun || created.length + changed.length === 0) return false;
      for (const rows of parts(created)) await tx.insert(AssetRow, rows.map(rowOf));
      for (const asset of changed) await tx.update(AssetRow, { id: asset.id }, rowOf(asset));
      return true;
    });
  }

  /** Replaces an asset by what `change` makes of it, in one transaction; null when it does not exist. */
  async change(id: AssetId, change: (present: Asset) => Asset): Promise<Asset | null> {
    return this.database.write(async (tx) => {
      const present = await tx.findOneBy(AssetRow, { id });
      if (!present) return null;
      const changed = change(present);
      await refuseDuplicate(tx, changed);
      return tx.save(AssetRow, rowOf(changed));
    });
  }

  /**
   * Removes an asset, unless `check`, which sees it as it is, throws. Answers false, and removes nothing, when it is used:
   * asked at the writers' door, so that no order which was taken before is overlooked.
   */
  async remove(id: AssetId, { check, isUsed }: RemovalRules): Promise<boolean> {
    return this.database.write(async (tx) => {
      const present = await tx.findOneBy(AssetRow, { id });
      if (present) check(present);
      if (await isUsed()) return false;
      await tx.delete(AssetRow, { id });
      return true;
    });
  }
}

async function present(tx: EntityManager, names: readonly string[]): Promise<ReadonlyMap<string, Asset>> {
  const found = new Map<string, Asset>();
  for (const keys of parts(names.map(nameKey))) {
    for (const row of await tx.findBy(AssetRow, { nameKey: In([...keys]) })) found.set(row.nameKey, row);
  }
  return found;
}

function parts<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / ROWS_AT_A_TIME);
  return Array.from({ length: count }, (_, part) =>
    all.slice(part * ROWS_AT_A_TIME, (part + 1) * ROWS_AT_A_TIME),
  );
}

function whereMatches(query: SelectQueryBuilder<AssetRow>, filter: AssetFilter, now: Date): void {
  const { where, parameters } = filterSql(filter, now);
  query.andWhere(`(${where})`, parameters);
}

function rowOf(asset: Asset): AssetRow {
  return Object.assign(new AssetRow(), asset, { nameKey: nameKey(asset.name) });
}

async function refuseDuplicate(tx: EntityManager, asset: Asset): Promise<void> {
  const holder = await tx.findOneBy(AssetRow, { nameKey: nameKey(asset.name) });
  if (!holder || holder.id === asset.id) return;
  const detail = `The asset ${holder.id} has this name, whatever the case: choose another`;
  throw new ValidationError(
    `There is an asset ${holder.name} already`,
    [{ pointer: '/name', code: 'duplicate-name', detail }],
    'duplicate-name',
  );
}
