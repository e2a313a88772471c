import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';
import { json, word } from './columns.js';

/** How far the scan after a run is, and what it found to be other than before. */
export class AddRescans1764000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('target_run', new TableColumn(word('rescan', { isNullable: true })));
    await runner.addColumn('target_run', new TableColumn(json('softwareChanges', { isNullable: true })));
    await runner.createIndex('target_run', index());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('target_run', index());
    await runner.dropColumn('target_run', 'softwareChanges');
    await runner.dropColumn('target_run', 'rescan');
  }
}

function index(): TableIndex {
  return new TableIndex({ name: 'IDX_target_run_rescan', columnNames: ['rescan', 'state'] });
}
