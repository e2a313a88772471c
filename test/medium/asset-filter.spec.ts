import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '../../migrations/index.js';
import type { Asset } from '../../src/assets/domain/asset.js';
import { parseAssetFilter } from '../../src/assets/domain/filter/parse-filter.js';
import { AssetStore } from '../../src/assets/persistence/asset-store.js';
import { Database } from '../../src/database/database.js';
import { entities } from '../../src/database/entities.js';
import { type AssetId, newId } from '../../src/shared/ids.js';
import { meets, randomAssets, randomFilter } from '../harness/builders/asset-filter.js';
import { seeded } from '../harness/builders/random-package.js';

const NOW = new Date('2026-11-24T12:00:00.000Z');

const DEFAULTS = {
  port: 5986,
  transport: 'https',
  tlsVerify: 'full',
  tlsFingerprint: null,
  authentication: 'negotiate',
  mac: null,
  state: 'active',
  tags: [],
  attributes: {},
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
} as const;

describe('a filter as SQL', () => {
  let folder: string;
  let database: Database;
  let store: AssetStore;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'winch-filter-'));
    database = await Database.open(join(folder, 'test.sqlite'), { entities, migrations });
    store = new AssetStore(database);
  });

  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const insert = (asset: Partial<Asset> & { readonly name: string }) =>
    store.insert({ ...DEFAULTS, id: newId<AssetId>(), address: asset.name, ...asset });

  const namesOf = async (filter: unknown) => {
    const parsing = parseAssetFilter(filter);
    if (!parsing.ok) throw new Error(JSON.stringify(parsing.faults));
    return (await store.activeMatching(parsing.filter, NOW)).map((asset) => asset.name);
  };

  it('takes signs that mean something to SQL, LIKE or JSON for what they are', async () => {
    const odd = [`o'dd`, `"q"`, '50%', 'a_b', 'back\\slash', 'x;--', 'Ünï'];
    for (const name of odd) await insert({ name, tags: [name], attributes: { [name]: name } });

    for (const name of odd) {
      expect(await namesOf({ name })).toEqual([name]);
      expect(await namesOf({ name: { like: `${name}*` } })).toEqual([name]);
      expect(await namesOf({ tags: name })).toEqual([name]);
      expect(await namesOf({ tags: { like: `*${name}` } })).toEqual([name]);
      expect(await namesOf({ attributes: { [name]: name } })).toEqual([name]);
    }
    expect(await namesOf({ name: 'ÜNÏ' })).toEqual(['Ünï']);
    expect(await namesOf({ name: { like: '_%' } })).toEqual([]);
  });

  it('leaves retired assets out', async () => {
    await insert({ name: 'retired', state: 'retired' });

    expect(await namesOf({ name: 'retired' })).toEqual([]);
    expect(await namesOf({ state: 'retired' })).toEqual([]);
  });

  it.each([1, 2, 3])('chooses what the definition of each operator says, seed %i', async (seed) => {
    const random = seeded(seed);
    const assets = await Promise.all(randomAssets(random, `seed${seed}`, 60).map((asset) => insert(asset)));
    const prefix = { name: { like: `seed${seed}-*` } };

    for (let round = 0; round < 300; round++) {
      const filter = randomFilter(random, 3);
      const expected = assets.filter((asset) => meets(filter, asset, NOW)).map((asset) => asset.name);
      const found = await namesOf({ all: [prefix, filter] });
      expect({ filter, names: found }).toEqual({ filter, names: expected.toSorted() });
    }
  });
});
