import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { flag, id, instant, json, word } from './columns.js';

export class CreatePackageShares1764000000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'package_share',
        columns: [
          id(),
          word('name'),
          word('nameKey'),
          word('unc'),
          id('credentialId', { isNullable: true }),
          json('addressRanges'),
          flag('isDefault'),
          instant('createdAt'),
          instant('updatedAt'),
        ],
        indices: [{ name: 'UQ_package_share_name_key', columnNames: ['nameKey'], isUnique: true }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('package_share');
  }
}
