import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { flag, id, instant, json, number, text, word } from './columns.js';

/** Webhooks, what is to be delivered to them, and how far the recorded events have been looked through for it. */
export class CreateWebhooks1764000000042 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(webhook);
    await runner.createTable(delivery);
    await runner.createTable(position);
    // What was recorded before there were webhooks is nobody's news.
    await runner.query(
      `INSERT INTO webhook_position (id, "eventId") SELECT 'events', COALESCE(MAX("eventId"), 0) FROM run_event`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('webhook_position');
    await runner.dropTable('webhook_delivery');
    await runner.dropTable('webhook');
  }
}

const webhook = new Table({
  name: 'webhook',
  columns: [
    id(),
    word('name'),
    word('nameKey'),
    text('url'),
    json('events'),
    flag('enabled'),
    text('sealedSecret'),
    instant('createdAt'),
    instant('updatedAt'),
  ],
  indices: [{ name: 'UQ_webhook_name_key', columnNames: ['nameKey'], isUnique: true }],
});

const delivery = new Table({
  name: 'webhook_delivery',
  columns: [
    id(),
    id('webhookId'),
    word('type'),
    text('url'),
    text('body'),
    word('state'),
    number('attempts'),
    instant('createdAt'),
    instant('queuedAt'),
    instant('nextAttemptAt', { isNullable: true }),
    instant('lastAttemptAt', { isNullable: true }),
    number('lastStatus', { isNullable: true }),
    text('lastError', { isNullable: true }),
    text('lastAnswer', { isNullable: true }),
    instant('finishedAt', { isNullable: true }),
  ],
  indices: [
    { name: 'IDX_webhook_delivery_state', columnNames: ['state', 'webhookId', 'id'] },
    { name: 'IDX_webhook_delivery_webhook', columnNames: ['webhookId', 'id'] },
    { name: 'IDX_webhook_delivery_finished', columnNames: ['finishedAt'] },
  ],
});

const position = new Table({
  name: 'webhook_position',
  columns: [word('id', { isPrimary: true }), number('eventId')],
});
