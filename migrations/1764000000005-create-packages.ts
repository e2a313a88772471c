import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { id, instant, json, number, text, word } from './columns.js';

export class CreatePackages1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'package',
        columns: [
          id(),
          word('name'),
          word('nameKey', { isNullable: true }),
          word('sortName'),
          text('description'),
          number('revision'),
          word('state'),
          instant('createdAt'),
          instant('updatedAt'),
        ],
        indices: [
          { name: 'UQ_package_name_key', columnNames: ['nameKey'], isUnique: true },
          { name: 'IDX_package_created_at', columnNames: ['createdAt'] },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'package_revision',
        columns: [
          id(),
          id('packageId'),
          number('revision'),
          json('content'),
          instant('createdAt'),
          word('createdBy', { length: '600' }),
        ],
        indices: [{ name: 'UQ_package_revision', columnNames: ['packageId', 'revision'], isUnique: true }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('package_revision');
    await runner.dropTable('package');
  }
}
