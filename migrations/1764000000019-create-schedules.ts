import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { flag, id, instant, json, number, text, word } from './columns.js';

export class CreateSchedules1764000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(schedules);
    await runner.createTable(firings);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('schedule_firing');
    await runner.dropTable('schedule');
  }
}

const schedules = new Table({
  name: 'schedule',
  columns: [
    id(),
    word('name'),
    word('nameKey'),
    text('description'),
    flag('enabled'),
    json('trigger'),
    json('packages'),
    text('sealedSecrets', { isNullable: true }),
    json('targets'),
    word('missed'),
    word('overlap'),
    flag('skipSucceeded'),
    number('expiresAfterSeconds', { isNullable: true }),
    number('priority'),
    instant('nextRunAt', { isNullable: true }),
    instant('createdAt'),
    instant('updatedAt'),
  ],
  indices: [
    { name: 'UQ_schedule_name_key', columnNames: ['nameKey'], isUnique: true },
    { name: 'IDX_schedule_next_run', columnNames: ['nextRunAt'] },
    { name: 'IDX_schedule_created_at', columnNames: ['createdAt'] },
  ],
});

const firings = new Table({
  name: 'schedule_firing',
  columns: [
    id(),
    id('scheduleId'),
    instant('dueAt'),
    number('position'),
    word('result'),
    text('detail'),
    id('deploymentId', { isNullable: true }),
    instant('at'),
  ],
  indices: [{ name: 'UQ_schedule_firing', columnNames: ['scheduleId', 'dueAt', 'position'], isUnique: true }],
});
