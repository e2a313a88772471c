import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Database } from '../../database/database.js';
import { nameKey } from '../../database/name-key.js';
import { type AssetId, newId } from '../../shared/ids.js';
import { compareSoftware } from '../domain/compare-software.js';
import type { FoundSoftware, Inventory } from '../domain/inventory.js';
import type { SoftwareChange } from '../domain/software-change.js';
import { InstalledSoftwareEntity } from './installed-software.entity.js';
import { InventoryEntity } from './inventory.entity.js';
import { countTitles, titleIdsOf } from './title-counts.js';

const ROWS_PER_STATEMENT = 200;

/** SQL for what the last scan of each asset has found. */
@Injectable()
export class InventoryStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byAsset(assetId: string): Promise<InventoryEntity | null> {
    return this.database.reader.findOneBy(InventoryEntity, { assetId: assetId as AssetId });
  }

  async byAssets(assetIds: readonly AssetId[]): Promise<readonly InventoryEntity[]> {
    return this.database.reader.findBy(InventoryEntity, { assetId: In([...assetIds]) });
  }

  /** Forgets an asset that is no longer there. */
  async remove(assetId: AssetId): Promise<void> {
    await this.database.write(async (tx) => {
      const before = await tx.findBy(InstalledSoftwareEntity, { assetId });
      await tx.delete(InstalledSoftwareEntity, { assetId });
      await countTitles(tx, titlesIn(before), new Set());
      await tx.delete(InventoryEntity, { assetId });
    });
  }
}

/**
 * Replaces what is known of an asset by what a scan has found, and answers what has changed of its software; null when
 * nothing was known of it. Writes only the rows that differ: most of them are the same from scan to scan.
 */
export async function replaceInventory(
  tx: EntityManager,
  inventory: Inventory,
  software: readonly FoundSoftware[],
): Promise<SoftwareChange[] | null> {
  const { assetId } = inventory;
  const wasKnown = await tx.existsBy(InventoryEntity, { assetId });
  const before = await tx.findBy(InstalledSoftwareEntity, { assetId });
  const after = await rowsOf(tx, { assetId, software, before });
  await writeDifference(tx, before, after);
  await countTitles(tx, titlesIn(before), titlesIn(after));
  await tx.save(InventoryEntity, inventory);
  return wasKnown ? compareSoftware(before, after) : null;
}

interface Found {
  readonly assetId: AssetId;
  readonly software: readonly FoundSoftware[];
  readonly before: readonly InstalledSoftwareEntity[];
}

/** The rows as they are to be; an entry that was there before keeps its id. */
async function rowsOf(
  tx: EntityManager,
  { assetId, software, before }: Found,
): Promise<InstalledSoftwareEntity[]> {
  const known = new Map(before.map((row) => [row.identity, row]));
  const titles = await titleIdsOf(
    tx,
    software.filter((entry) => !hasSameTitle(known.get(entry.identity), entry)),
  );
  return software.map(({ key: _key, ...entry }) => ({
    id: known.get(entry.identity)?.id ?? newId(),
    assetId,
    titleId: titles.get(entry.identity) ?? known.get(entry.identity)?.titleId ?? '',
    nameKey: nameKey(entry.name).slice(0, 255),
    ...entry,
  }));
}

function hasSameTitle(row: InstalledSoftwareEntity | undefined, entry: FoundSoftware): boolean {
  const fields = ['name', 'version', 'publisher', 'productCode'] as const;
  return row !== undefined && fields.every((field) => row[field] === entry[field]);
}

async function writeDifference(
  tx: EntityManager,
  before: readonly InstalledSoftwareEntity[],
  after: readonly InstalledSoftwareEntity[],
): Promise<void> {
  const known = new Map(before.map((row) => [row.id, contentOf(row)]));
  const kept = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
  const changed = after.filter((row) => known.get(row.id) !== contentOf(row));
  for (const part of partsOf([...gone, ...changed.map(({ id }) => id)]))
    await tx.delete(InstalledSoftwareEntity, { id: In(part) });
  for (const part of partsOf(changed)) {
    const insert = tx.createQueryBuilder().insert().into(InstalledSoftwareEntity).values(part);
    await insert.updateEntity(false).execute();
  }
}

/** The same text for the same content, in whatever order the driver gives the columns. */
function contentOf(row: InstalledSoftwareEntity): string {
  return JSON.stringify(Object.entries(row).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function titlesIn(rows: readonly InstalledSoftwareEntity[]): ReadonlySet<string> {
  return new Set(rows.map(({ titleId }) => titleId));
}

function partsOf<T>(rows: readonly T[]): T[][] {
  const count = Math.ceil(rows.length / ROWS_PER_STATEMENT);
  return Array.from({ length: count }, (_, i) =>
    rows.slice(i * ROWS_PER_STATEMENT, (i + 1) * ROWS_PER_STATEMENT),
  );
}
