import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { id } from './columns.js';

/** The credential with which a run was let in last: the next one tries it first. */
export class RememberLastCredential1764000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('asset_contact', new TableColumn(id('credentialId', { isNullable: true })));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('asset_contact', 'credentialId');
  }
}
