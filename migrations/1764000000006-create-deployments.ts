import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { flag, id, instant, number, text, word } from './columns.js';

export class CreateDeployments1764000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(deployments());
    await runner.createTable(targetRuns());
    await runner.createTable(runEvents());
    await runner.createTable(workers());
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['worker', 'run_event', 'target_run', 'deployment']) await runner.dropTable(table);
  }
}

function deployments(): Table {
  return new Table({
    name: 'deployment',
    columns: [
      id(),
      id('packageId', { isPrimary: false }),
      word('packageName'),
      number('revision'),
      word('runMode'),
      word('state'),
      word('executor'),
      word('ticketSystem', { isNullable: true }),
      word('ticketId', { isNullable: true }),
      text('parameters'),
      text('sealedSecrets', { isNullable: true }),
      number('priority'),
      instant('expiresAt'),
      instant('createdAt'),
      instant('startedAt', { isNullable: true }),
      instant('finishedAt', { isNullable: true }),
      instant('cancelRequestedAt', { isNullable: true }),
    ],
    indices: [
      { name: 'IDX_deployment_ticket', columnNames: ['ticketId'] },
      { name: 'IDX_deployment_state', columnNames: ['state'] },
    ],
  });
}

function targetRuns(): Table {
  return new Table({
    name: 'target_run',
    columns: [
      id(),
      id('deploymentId', { isPrimary: false }),
      id('assetId', { isPrimary: false }),
      word('assetName'),
      word('packageName'),
      number('revision'),
      word('runMode'),
      word('executor'),
      number('priority'),
      id('rerunOf', { isPrimary: false, isNullable: true }),
      text('plan'),
      instant('createdAt'),
      instant('expiresAt'),
      instant('cancelRequestedAt', { isNullable: true }),
      number('epoch'),
      instant('queuedAt', { isNullable: true }),
      id('workerId', { isPrimary: false, isNullable: true }),
      number('lastSeq'),
      number('apiSeq'),
      number('workerSeq'),
      number('runnerSeq'),
      number('journalOffset'),
      text('walk'),
      word('state'),
      word('waitingFor', { isNullable: true }),
      instant('since'),
      instant('startedAt', { isNullable: true }),
      instant('finishedAt', { isNullable: true }),
      word('outcome', { isNullable: true }),
      word('failureReason', { isNullable: true }),
      text('failureDetail'),
      number('returnCode', { isNullable: true }),
      word('lastStep', { isNullable: true }),
      flag('rebootRequired'),
      word('finalAction', { isNullable: true }),
      word('cleanup', { isNullable: true }),
      word('runnerVersion', { isNullable: true }),
      text('steps'),
    ],
    indices: [
      { name: 'IDX_target_run_deployment', columnNames: ['deploymentId', 'state', 'id'] },
      { name: 'IDX_target_run_state', columnNames: ['state', 'assetId'] },
      { name: 'IDX_target_run_asset', columnNames: ['assetId', 'id'] },
      { name: 'IDX_target_run_finished', columnNames: ['finishedAt', 'id'] },
    ],
  });
}

function runEvents(): Table {
  return new Table({
    name: 'run_event',
    columns: [
      {
        name: 'eventId',
        type: 'integer',
        isPrimary: true,
        isGenerated: true,
        generationStrategy: 'increment',
      },
      id('targetRunId', { isPrimary: false }),
      id('deploymentId', { isPrimary: false }),
      number('seq'),
      { name: 'source', type: 'varchar', length: '32' },
      number('sourceSeq'),
      word('type'),
      instant('at'),
      { name: 'digest', type: 'varchar', length: '64' },
      text('body'),
    ],
    indices: [
      { name: 'UQ_run_event_seq', columnNames: ['targetRunId', 'seq'], isUnique: true },
      { name: 'UQ_run_event_identity', columnNames: ['targetRunId', 'source', 'sourceSeq'], isUnique: true },
      { name: 'IDX_run_event_deployment', columnNames: ['deploymentId', 'eventId'] },
    ],
  });
}

function workers(): Table {
  return new Table({
    name: 'worker',
    columns: [
      id(),
      word('host'),
      word('version'),
      number('concurrency'),
      instant('registeredAt'),
      instant('lastBeatAt'),
      number('runsFollowed'),
      flag('draining'),
      instant('endedAt', { isNullable: true }),
    ],
  });
}
