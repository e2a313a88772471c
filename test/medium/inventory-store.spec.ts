import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '../../migrations/index.js';
import { Database } from '../../src/database/database.js';
import { entities } from '../../src/database/entities.js';
import { inventoryOf } from '../../src/scanning/domain/inventory.js';
import { InstalledSoftwareEntity } from '../../src/scanning/persistence/installed-software.entity.js';
import { InventoryStore, replaceInventory } from '../../src/scanning/persistence/inventory-store.js';
import { SoftwareTitleEntity } from '../../src/scanning/persistence/software-title.entity.js';
import { type AssetId, newId } from '../../src/shared/ids.js';
import type { ScannedSoftware, ScannedSystem } from '../../src/target/scan-output.js';
import { type Random, seeded } from '../harness/builders/random-package.js';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const SYSTEM: ScannedSystem = {
  computerName: 'PC',
  os: {
    name: 'Windows',
    version: '10.0.1',
    build: 1,
    revision: null,
    displayVersion: '',
    kind: 'client',
    architecture: 'x64',
  },
  domain: null,
  isDomainMember: false,
  manufacturer: null,
  model: null,
  memory: null,
  disks: [],
  bootId: NOW.toISOString(),
  clock: NOW.toISOString(),
  powershellVersion: '5.1',
  pendingReboot: [],
  users: [],
};

/** Software of few names and versions, so that assets share some, and one asset has the same twice. */
function randomSoftware(random: Random): ScannedSoftware[] {
  const keys = Array.from({ length: 12 }, (_, i) => i).filter(() => random(3) > 0);
  return keys.map((key) => ({
    key: `Key ${key}`,
    view: random(2) === 0 ? 'x64' : 'x86',
    user: null,
    name: `App ${key % 4}`,
    version: `${random(3)}.0`,
    publisher: 'Maker',
    productCode: null,
    uninstallCommand: `remove ${random(2)}`,
    installedOn: null,
  }));
}

describe('the store of inventories', () => {
  let folder: string;
  let database: Database;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'winch-inventory-'));
    database = await Database.open(join(folder, 'test.sqlite'), { entities, migrations });
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const scan = (assetId: AssetId, software: ScannedSoftware[]) => {
    const found = inventoryOf(assetId, { system: SYSTEM, software, isTruncated: false }, NOW);
    return database.write((tx) => replaceInventory(tx, found.inventory, found.software));
  };
  const installed = (assetId: AssetId) =>
    database.reader.find(InstalledSoftwareEntity, { where: { assetId }, order: { identity: 'ASC' } });

  /** The number of assets of each title that has any, as its entries say. */
  async function countedAnew(): Promise<Record<string, number>> {
    const entries = await database.reader.find(InstalledSoftwareEntity);
    const assets = Map.groupBy(entries, ({ titleId }) => titleId);
    return Object.fromEntries(
      [...assets].map(([id, rows]) => [id, new Set(rows.map(({ assetId }) => assetId)).size]),
    );
  }

  const counted = async () =>
    Object.fromEntries(
      (await database.reader.find(SoftwareTitleEntity)).map(({ id, assetCount }) => [id, assetCount]),
    );

  it.each([1, 2, 3, 4, 5])(
    'keeps entries and counts true over any sequence of scans: seed %i',
    async (seed) => {
      const random = seeded(seed);
      const assets = Array.from({ length: 4 }, () => newId<AssetId>());
      for (let round = 0; round < 15; round++) {
        const assetId = assets[random(assets.length)] ?? newId<AssetId>();
        const software = randomSoftware(random);

        await scan(assetId, software);

        const rows = await installed(assetId);
        const wanted = software.map(({ key: _key, ...entry }) => expect.objectContaining(entry));
        expect(rows).toHaveLength(software.length);
        expect(rows).toEqual(expect.arrayContaining(wanted));
        expect(await counted()).toEqual(await countedAnew());
      }
      for (const assetId of assets) await new InventoryStore(database).remove(assetId);
      expect(await counted()).toEqual({});
    },
  );

  it('writes nothing of what is as it was', async () => {
    const assetId = newId<AssetId>();
    const software = randomSoftware(seeded(7));
    const first = await scan(assetId, software);
    const before = await installed(assetId);

    const again = await scan(assetId, software.toReversed());

    expect([first, again]).toEqual([null, []]);
    expect(await installed(assetId)).toEqual(before);
  });
});
