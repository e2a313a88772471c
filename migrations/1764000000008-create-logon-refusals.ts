import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { id, instant, word } from './columns.js';

/** Which credential an asset refused, and when: it is left alone for a while (DESIGN section 10). */
export class CreateLogonRefusals1764000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'logon_refusal',
        columns: [
          id('assetId', { isPrimary: true }),
          id('credentialId', { isPrimary: true }),
          word('credentialVersion'),
          instant('refusedAt'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('logon_refusal');
  }
}
