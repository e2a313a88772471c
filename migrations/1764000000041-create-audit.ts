import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { id, instant, json, text, word } from './columns.js';

/** Who did what, when, from where, and what that changed (DESIGN section 10). */
export class CreateAudit1764000000041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'audit_entry',
        columns: [
          id(),
          instant('at'),
          word('actorKind'),
          id('actorId', { isNullable: true }),
          word('actorName', { length: '600' }),
          word('origin', { isNullable: true }),
          word('requestId', { isNullable: true }),
          word('action'),
          word('subjectType'),
          word('subjectId', { isNullable: true }),
          word('subjectName', { isNullable: true }),
          id('madeId', { isNullable: true }),
          text('reason', { isNullable: true }),
          json('before', { isNullable: true }),
          json('after', { isNullable: true }),
        ],
        indices: [
          { name: 'IDX_audit_entry_at', columnNames: ['at', 'id'] },
          { name: 'IDX_audit_entry_subject', columnNames: ['subjectId', 'at'] },
          { name: 'IDX_audit_entry_actor', columnNames: ['actorId', 'at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('audit_entry');
  }
}
