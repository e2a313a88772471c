import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { migrations } from '../migrations/index.js';
import { entities } from '../src/database/entities.js';
import { writerOptions } from '../src/database/options.js';

describe('the migrations', () => {
  let folder: string;
  let source: DataSource;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'winch-migrations-'));
    source = await new DataSource(
      writerOptions(join(folder, 'test.sqlite'), { entities, migrations }),
    ).initialize();
  });

  afterEach(async () => {
    await source.destroy();
    rmSync(folder, { recursive: true });
  });

  const tables = async (): Promise<string[]> => {
    const rows: { name: string }[] = await source.query(
      "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    );
    return rows.map((row) => row.name).filter((name) => !name.startsWith('sqlite_') && name !== 'migrations');
  };

  it('make every table that the entities need, and nothing else', async () => {
    await source.runMigrations({ transaction: 'each' });

    expect(await tables()).toEqual(source.entityMetadatas.map((metadata) => metadata.tableName).toSorted());
  });

  it('leave nothing for a schema synchronisation to change', async () => {
    await source.runMigrations({ transaction: 'each' });

    const log = await source.driver.createSchemaBuilder().log();

    expect(log.upQueries.map((query) => query.query)).toEqual([]);
  });

  it('can all be undone', async () => {
    await source.runMigrations({ transaction: 'each' });

    for (const _ of migrations) await source.undoLastMigration({ transaction: 'each' });

    expect(await tables()).toEqual([]);
  });

  it('run in the order of the time stamps in their names', () => {
    const stamps = migrations.map((migration) => Number(/\d{13}$/.exec(migration.name)?.[0]));

    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    expect(new Set(stamps).size).toBe(migrations.length);
  });
});
