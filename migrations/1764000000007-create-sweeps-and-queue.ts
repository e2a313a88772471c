import { type MigrationInterface, type QueryRunner, Table, TableColumn, TableIndex } from 'typeorm';
import { id, instant, number, word } from './columns.js';

/** What sweeps, retention and a paused queue have to remember. */
export class CreateSweepsAndQueue1764000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('target_run', new TableColumn(instant('outputRemovedAt', { isNullable: true })));
    await runner.createIndices('target_run', indices());
    await runner.createTable(assetSweeps());
    await runner.createTable(queueStates());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('queue_state');
    await runner.dropTable('asset_sweep');
    for (const index of indices()) await runner.dropIndex('target_run', index);
    await runner.dropColumn('target_run', 'outputRemovedAt');
  }
}

function indices(): TableIndex[] {
  return [
    new TableIndex({ name: 'IDX_target_run_cleanup', columnNames: ['cleanup', 'finishedAt'] }),
    new TableIndex({ name: 'IDX_target_run_output', columnNames: ['outputRemovedAt', 'finishedAt'] }),
  ];
}

function assetSweeps(): Table {
  return new Table({
    name: 'asset_sweep',
    columns: [id('assetId', { isPrimary: true }), number('attempts'), instant('dueAt')],
  });
}

function queueStates(): Table {
  return new Table({
    name: 'queue_state',
    columns: [
      id(),
      instant('pausedAt', { isNullable: true }),
      word('pausedBy', { isNullable: true }),
      word('pauseReason', { isNullable: true }),
    ],
  });
}
