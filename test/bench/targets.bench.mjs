// `npm run bench:targets [-- --assets N] [--groups N] [--json FILE]`: how long dynamic groups take to resolve.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../../scripts/lib/say.mjs';
import { table } from '../../scripts/lib/table.mjs';
import { migrations } from '../../dist/migrations/index.js';
import { parseAssetFilter } from '../../dist/src/assets/domain/filter/parse-filter.js';
import { AssetRow } from '../../dist/src/assets/persistence/asset.entity.js';
import { AssetStore } from '../../dist/src/assets/persistence/asset-store.js';
import { Database } from '../../dist/src/database/database.js';
import { entities } from '../../dist/src/database/entities.js';
import { newId } from '../../dist/src/shared/ids.js';

const AT = '2026-11-24T00:00:00.000Z';
const PER_INSERT = 500;

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      assets: { type: 'string', default: '10000' },
      groups: { type: 'string', default: '50' },
      json: { type: 'string' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'winch-bench-targets-'));
  const database = await Database.open(join(folder, 'bench.sqlite'), { entities, migrations });
  try {
    await fill(database, Number(values.assets));
    const figures = await measure(new AssetStore(database), Number(values.assets), Number(values.groups));
    process.stdout.write(`${table(['Figure', 'Value'], Object.entries(figures))}\n`);
    if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});

async function fill(database, count) {
  const rows = Array.from({ length: count }, (_, index) => assetRow(index));
  for (let start = 0; start < count; start += PER_INSERT) {
    await database.write((tx) => tx.insert(AssetRow, rows.slice(start, start + PER_INSERT)));
  }
}

function assetRow(index) {
  const name = `PC-${String(index).padStart(5, '0')}`;
  return {
    id: newId(),
    name,
    nameKey: name.toLowerCase(),
    address: `${name}.example.com`,
    port: 5986,
    transport: 'https',
    tlsVerify: 'full',
    tlsFingerprint: null,
    authentication: 'negotiate',
    mac: null,
    tags: [`site-${index % 40}`, index % 7 === 0 ? 'pilot' : 'wide'],
    attributes: { room: `B-${index % 300}`, owner: `team ${index % 12}` },
    state: 'active',
    createdAt: AT,
    updatedAt: AT,
  };
}

/** Each group asks by several fields, nested, as an author would. */
function filterOf(group) {
  return {
    any: [
      { name: { like: `PC-*${group % 10}` }, tags: [`site-${group % 40}`, 'pilot'] },
      { attributes: { owner: `team ${group % 12}` }, not: { tags: 'pilot' } },
    ],
    lastOutcome: { notEquals: 'failed' },
  };
}

async function measure(store, assets, groups) {
  const filters = Array.from({ length: groups }, (_, index) => parseAssetFilter(filterOf(index)).filter);
  const now = new Date();
  const counting = await seconds(async () => {
    for (const filter of filters) await store.countActiveMatching(filter, now);
  });
  let found = 0;
  const loading = await seconds(async () => {
    for (const filter of filters) found += (await store.activeMatching(filter, now)).length;
  });
  return { assets, groups, found, countAllGroupsSeconds: counting, loadAllGroupsSeconds: loading };
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began) / 1000;
}
