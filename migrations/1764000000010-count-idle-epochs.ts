import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { number } from './columns.js';

/** How many followings of a run in a row brought nothing, so that each next one is waited for longer. */
export class CountIdleEpochs1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('target_run', new TableColumn(number('idleEpochs', { default: 0 })));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('target_run', 'idleEpochs');
  }
}
