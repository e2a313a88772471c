import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { id, text } from './columns.js';

/** Whom to call when a deployment has ended, and the webhook whose secret signs the call. */
export class AddDeploymentCallbacks1764000000043 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('deployment', new TableColumn(text('callbackUrl', { isNullable: true })));
    await runner.addColumn('deployment', new TableColumn(id('callbackWebhookId', { isNullable: true })));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('deployment', 'callbackWebhookId');
    await runner.dropColumn('deployment', 'callbackUrl');
  }
}
