import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { id, instant, json, text, word } from './columns.js';

export class CreateGroups1764000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'asset_group',
        columns: [
          id(),
          word('name'),
          word('nameKey'),
          text('description'),
          word('kind'),
          json('filter', { isNullable: true }),
          instant('createdAt'),
          instant('updatedAt'),
        ],
        indices: [
          { name: 'UQ_asset_group_name_key', columnNames: ['nameKey'], isUnique: true },
          { name: 'IDX_asset_group_created_at', columnNames: ['createdAt'] },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'asset_group_member',
        columns: [id('groupId', { isPrimary: true }), id('assetId', { isPrimary: true })],
        indices: [{ name: 'IDX_asset_group_member_asset', columnNames: ['assetId'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('asset_group_member');
    await runner.dropTable('asset_group');
  }
}
