import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { id, instant, json, number, word } from './columns.js';

export class CreateAssets1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'asset',
        columns: [
          id(),
          word('name'),
          word('nameKey'),
          word('address'),
          number('port'),
          word('transport'),
          word('tlsVerify'),
          word('tlsFingerprint', { isNullable: true }),
          word('authentication'),
          word('mac', { isNullable: true }),
          json('tags'),
          json('attributes'),
          word('state'),
          instant('createdAt'),
          instant('updatedAt'),
        ],
        indices: [
          { name: 'UQ_asset_name_key', columnNames: ['nameKey'], isUnique: true },
          { name: 'IDX_asset_created_at', columnNames: ['createdAt'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('asset');
  }
}
