import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { id, instant, json, number, text, word } from './columns.js';

export class CreateCredentials1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'credential',
        columns: [
          id(),
          word('name'),
          word('nameKey'),
          word('username'),
          text('sealedPassword'),
          json('scope'),
          number('tryOrder'),
          instant('createdAt'),
          instant('updatedAt'),
        ],
        indices: [{ name: 'UQ_credential_name_key', columnNames: ['nameKey'], isUnique: true }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('credential');
  }
}
