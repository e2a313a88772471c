import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';
import { id, instant, number } from './columns.js';

/** When the runs of a deployment may begin, how many at a time, and what the dispatcher has to remember of it. */
export class AddRollouts1764000000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns('deployment', deploymentColumns());
    await runner.addColumns('target_run', runColumns());
    await runner.addColumn('package_share', new TableColumn(number('concurrency', { isNullable: true })));
    await runner.addColumn('queue_state', new TableColumn(number('concurrency', { isNullable: true })));
    await runner.createIndex('target_run', waitingIndex());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('target_run', waitingIndex());
    await runner.dropColumn('queue_state', 'concurrency');
    await runner.dropColumn('package_share', 'concurrency');
    await runner.dropColumns('target_run', runColumns());
    await runner.dropColumns('deployment', deploymentColumns());
  }
}

function deploymentColumns(): TableColumn[] {
  const columns = [instant('notBefore'), number('concurrency'), instant('lastReleasedAt')];
  return columns.map((column) => new TableColumn({ ...column, isNullable: true }));
}

function runColumns(): TableColumn[] {
  return [new TableColumn(id('shareId', { isPrimary: false, isNullable: true }))];
}

/** All that the dispatcher reads of a waiting run: a row is as long as its plan. */
function waitingIndex(): TableIndex {
  const columnNames = ['state', 'id', 'deploymentId', 'assetId', 'shareId', 'waitingFor', 'expiresAt'];
  return new TableIndex({ name: 'IDX_target_run_waiting', columnNames });
}
