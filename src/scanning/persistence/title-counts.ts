import { createHash } from 'node:crypto';
import { type EntityManager, In, LessThanOrEqual } from 'typeorm';
import { nameKey } from '../../database/name-key.js';
import { newId } from '../../shared/ids.js';
import type { FoundSoftware } from '../domain/inventory.js';
import { SoftwareTitleEntity } from './software-title.entity.js';

/** Far below the 32,766 values that SQLite takes in a statement. */
const TITLES_PER_STATEMENT = 500;

/** The ids of the titles of these entries, by identity; titles that are new are made, counted for no asset yet. */
export async function titleIdsOf(
  tx: EntityManager,
  software: readonly FoundSoftware[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map(software.map((entry) => [digestOf(entry), entry]));
  const ids = new Map<string, string>();
  for (const part of partsOf([...wanted.keys()])) {
    for (const title of await tx.findBy(SoftwareTitleEntity, { digest: In(part) }))
      ids.set(title.digest, title.id);
  }
  const fresh = [...wanted].filter(([digest]) => !ids.has(digest)).map(newTitle);
  for (const part of partsOf(fresh)) await tx.insert(SoftwareTitleEntity, part);
  for (const { digest, id } of fresh) ids.set(digest, id);
  return new Map(software.map((entry) => [entry.identity, ids.get(digestOf(entry)) ?? '']));
}

/** Counts one asset for the titles that it has now and did not have before, and the other way round. */
export async function countTitles(
  tx: EntityManager,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): Promise<void> {
  await add(tx, without(after, before), '"assetCount" + 1');
  const gone = without(before, after);
  await add(tx, gone, '"assetCount" - 1');
  for (const part of partsOf(gone))
    await tx.delete(SoftwareTitleEntity, { id: In(part), assetCount: LessThanOrEqual(0) });
}

function without(set: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...set].filter((id) => !other.has(id));
}

async function add(tx: EntityManager, ids: readonly string[], sum: string): Promise<void> {
  for (const part of partsOf(ids)) {
    const update = tx.createQueryBuilder().update(SoftwareTitleEntity);
    await update
      .set({ assetCount: () => sum })
      .where({ id: In(part) })
      .execute();
  }
}

function newTitle([digest, entry]: [string, FoundSoftware]): SoftwareTitleEntity {
  const { name, version, publisher, productCode } = entry;
  return {
    id: newId(),
    digest,
    nameKey: nameKey(name).slice(0, 255),
    name,
    version,
    publisher,
    productCode,
    assetCount: 0,
  };
}

function digestOf({ name, version, publisher, productCode }: FoundSoftware): string {
  return createHash('sha256')
    .update(JSON.stringify([name, version, publisher, productCode]))
    .digest('hex');
}

function partsOf<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / TITLES_PER_STATEMENT);
  return Array.from({ length: count }, (_, i) =>
    items.slice(i * TITLES_PER_STATEMENT, (i + 1) * TITLES_PER_STATEMENT),
  );
}
