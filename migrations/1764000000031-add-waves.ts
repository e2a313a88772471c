import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';
import { instant, json, number, text, word } from './columns.js';

/** Waves of a deployment and its halting; who paused it and why; the waves of its runs. */
export class AddWaves1764000000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns('deployment', deploymentColumns());
    await runner.addColumn('target_run', new TableColumn(number('wave', { default: 0 })));
    await runner.dropIndex('target_run', 'IDX_target_run_waiting');
    await runner.createIndices('target_run', [waitingIndex([...WAITING, 'wave']), waveIndex()]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('target_run', waveIndex());
    await runner.dropIndex('target_run', 'IDX_target_run_waiting');
    await runner.createIndex('target_run', waitingIndex(WAITING));
    await runner.dropColumn('target_run', 'wave');
    await runner.dropColumns('deployment', deploymentColumns());
  }
}

const WAITING = ['state', 'id', 'deploymentId', 'assetId', 'shareId', 'waitingFor', 'expiresAt'];

function deploymentColumns(): TableColumn[] {
  return [
    new TableColumn(json('waves', { isNullable: true })),
    new TableColumn(number('openWave', { default: 0 })),
    new TableColumn(number('haltAtFailurePercent', { isNullable: true })),
    new TableColumn(instant('failuresFrom', { isNullable: true })),
    new TableColumn(instant('pausedAt', { isNullable: true })),
    new TableColumn(word('pausedBy', { isNullable: true })),
    new TableColumn(text('pauseReason', { isNullable: true })),
  ];
}

function waitingIndex(columnNames: string[]): TableIndex {
  return new TableIndex({ name: 'IDX_target_run_waiting', columnNames });
}

/** All that is counted of a wave: a row is as long as its plan. */
function waveIndex(): TableIndex {
  const columnNames = ['deploymentId', 'wave', 'state', 'outcome', 'finishedAt'];
  return new TableIndex({ name: 'IDX_target_run_wave', columnNames });
}
