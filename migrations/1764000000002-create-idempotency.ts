import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, json, word } from './columns.js';

export class CreateIdempotency1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'idempotency_record',
        columns: [
          { name: 'id', type: 'varchar', length: '64', isPrimary: true },
          word('bodyHash'),
          word('madeId', { isNullable: true }),
          json('answer', { isNullable: true }),
          instant('expiresAt'),
        ],
        indices: [{ name: 'IDX_idempotency_record_expires_at', columnNames: ['expiresAt'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('idempotency_record');
  }
}
