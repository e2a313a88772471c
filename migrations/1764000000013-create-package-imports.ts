import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { id, instant, json, text, word } from './columns.js';

export class CreatePackageImports1764000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'package_import',
        columns: [
          id(),
          word('format'),
          text('source'),
          json('notUnderstood'),
          instant('importedAt'),
          word('importedBy', { length: '600' }),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('package_import');
  }
}
