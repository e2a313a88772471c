import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { json, number } from './columns.js';

/** Limits and maintenance windows of groups; how long a deployment's runs take, and who overrode the windows. */
export class AddMaintenance1764000000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns('asset_group', groupColumns());
    await runner.addColumns('deployment', deploymentColumns());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns('deployment', deploymentColumns());
    await runner.dropColumns('asset_group', groupColumns());
  }
}

function groupColumns(): TableColumn[] {
  const columns = [number('concurrency'), json('maintenance')];
  return columns.map((column) => new TableColumn({ ...column, isNullable: true }));
}

/** Deployments of before take as long as a package takes at the most when its file does not say. */
function deploymentColumns(): TableColumn[] {
  return [
    new TableColumn(number('expectedDurationSeconds', { default: 3600 })),
    new TableColumn(json('windowOverride', { isNullable: true })),
  ];
}
