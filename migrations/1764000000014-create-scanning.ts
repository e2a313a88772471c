import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { flag, id, instant, json, number, text, word } from './columns.js';

/** Scans, and what the last one of each asset has found. */
export class CreateScanning1764000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of [scans(), inventories(), installedSoftware(), softwareTitles(), assetContacts()])
      await runner.createTable(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['asset_contact', 'software_title', 'installed_software', 'asset_inventory', 'scan'])
      await runner.dropTable(name);
  }
}

function scans(): Table {
  return new Table({
    name: 'scan',
    columns: [
      id(),
      id('assetId'),
      word('assetName'),
      word('cause'),
      word('requestedBy', { isNullable: true }),
      id('targetRunId', { isNullable: true }),
      word('state'),
      number('epoch'),
      instant('dueAt'),
      instant('expiresAt'),
      instant('queuedAt', { isNullable: true }),
      id('workerId', { isNullable: true }),
      instant('createdAt'),
      instant('startedAt', { isNullable: true }),
      instant('finishedAt', { isNullable: true }),
      instant('bootAwaitedSince', { isNullable: true }),
      instant('bootAwaitedUntil', { isNullable: true }),
      word('outcome', { isNullable: true }),
      word('failureReason', { isNullable: true }),
      text('failureDetail'),
      json('changes', { isNullable: true }),
      instant('reportedAt', { isNullable: true }),
    ],
    indices: [
      new TableIndex({ name: 'UQ_scan_run', columnNames: ['targetRunId'], isUnique: true }),
      new TableIndex({ name: 'IDX_scan_state', columnNames: ['state', 'dueAt'] }),
      new TableIndex({ name: 'IDX_scan_asset', columnNames: ['assetId', 'createdAt'] }),
      new TableIndex({ name: 'IDX_scan_reported', columnNames: ['reportedAt', 'state'] }),
      new TableIndex({ name: 'IDX_scan_finished', columnNames: ['finishedAt'] }),
    ],
  });
}

function inventories(): Table {
  return new Table({
    name: 'asset_inventory',
    columns: [
      id('assetId', { isPrimary: true }),
      instant('scannedAt'),
      instant('bootedAt'),
      json('system'),
      number('softwareCount'),
      flag('isTruncated'),
    ],
  });
}

function installedSoftware(): Table {
  return new Table({
    name: 'installed_software',
    columns: [
      id(),
      id('assetId'),
      id('titleId'),
      text('identity'),
      word('nameKey'),
      word('name'),
      word('version'),
      word('publisher'),
      word('productCode', { isNullable: true }),
      word('view', { isNullable: true }),
      word('user', { isNullable: true }),
      text('uninstallCommand'),
      word('installedOn', { isNullable: true }),
    ],
    indices: [
      new TableIndex({
        name: 'IDX_installed_software_asset',
        columnNames: ['assetId', 'nameKey', 'id'],
      }),
      new TableIndex({ name: 'IDX_installed_software_title', columnNames: ['titleId', 'assetId'] }),
    ],
  });
}

function softwareTitles(): Table {
  return new Table({
    name: 'software_title',
    columns: [
      id(),
      word('digest'),
      word('nameKey'),
      word('name'),
      word('version'),
      word('publisher'),
      word('productCode', { isNullable: true }),
      number('assetCount'),
    ],
    indices: [
      new TableIndex({ name: 'UQ_software_title_digest', columnNames: ['digest'], isUnique: true }),
      new TableIndex({ name: 'IDX_software_title_name', columnNames: ['nameKey', 'id'] }),
      new TableIndex({ name: 'IDX_software_title_count', columnNames: ['assetCount', 'id'] }),
      new TableIndex({ name: 'IDX_software_title_code', columnNames: ['productCode'] }),
    ],
  });
}

function assetContacts(): Table {
  return new Table({
    name: 'asset_contact',
    columns: [id('assetId', { isPrimary: true }), instant('lastSeenAt')],
  });
}
