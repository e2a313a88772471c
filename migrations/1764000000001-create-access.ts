import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { id, instant, word } from './columns.js';

export class CreateAccess1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'api_key',
        columns: [
          id(),
          word('prefix'),
          word('secretHash'),
          word('name'),
          word('owner'),
          word('role'),
          instant('createdAt'),
          instant('expiresAt', { isNullable: true }),
          instant('lastUsedAt', { isNullable: true }),
          instant('revokedAt', { isNullable: true }),
        ],
        indices: [{ name: 'UQ_api_key_prefix', columnNames: ['prefix'], isUnique: true }],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'session',
        columns: [
          { name: 'tokenHash', type: 'varchar', length: '64', isPrimary: true },
          id('keyId', { isPrimary: false }),
          instant('createdAt'),
          instant('expiresAt'),
        ],
        indices: [{ name: 'IDX_session_expires_at', columnNames: ['expiresAt'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('session');
    await runner.dropTable('api_key');
  }
}
