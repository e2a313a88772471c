import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { Database } from '../../database/database.js';
import type { Fields } from '../domain/audit-entry.js';
import type { SubjectKind, SubjectPart } from '../domain/subject.js';

/** More rows of a part than this are not listed: their number is told. */
const MAX_ROWS = 500;

/**
 * Reads a subject's row as it is before and after a transaction. By the name of its table, because the audit log
 * knows no feature: each of them would otherwise have to tell it, and one would forget to.
 */
@Injectable()
export class SubjectReader {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** As it was before the transaction that is under way: the reader sees only what is committed. */
  async before(kind: SubjectKind, id: string): Promise<Fields | null> {
    return fieldsOf(this.database.reader, kind, id);
  }

  /** As the transaction leaves it. */
  async after(tx: EntityManager, kind: SubjectKind, id: string): Promise<Fields | null> {
    return fieldsOf(tx, kind, id);
  }
}

async function fieldsOf(manager: EntityManager, kind: SubjectKind, id: string): Promise<Fields | null> {
  if (kind.table === undefined) return null;
  const row = await manager.findOneBy(entityOf(manager, kind.table), { id });
  if (!row) return null;
  const fields: Record<string, unknown> = { ...row };
  for (const part of kind.parts ?? []) fields[part.field] = await partOf(manager, part, row);
  const { fields: wanted } = kind;
  return wanted ? Object.fromEntries(wanted.map((name) => [name, fields[name]])) : fields;
}

async function partOf(manager: EntityManager, part: SubjectPart, row: ObjectLiteral): Promise<unknown> {
  const where = Object.fromEntries(Object.entries(part.where).map(([column, field]) => [column, row[field]]));
  const entity = entityOf(manager, part.table);
  const rows = await manager.find(entity, { where, order: { [part.pick]: 'ASC' }, take: MAX_ROWS });
  if (rows.length < MAX_ROWS) return rows.map((each: ObjectLiteral) => each[part.pick] as unknown);
  return `${await manager.countBy(entity, where)} in all`;
}

/** @throws Error for a table without an entity: src/audit/domain/subject.ts names one that does not exist. */
function entityOf(manager: EntityManager, table: string): EntityTarget<ObjectLiteral> {
  const found = manager.connection.entityMetadatas.find(({ tableName }) => tableName === table);
  if (!found) throw new Error(`The audit log knows of a table ${table} that no entity has`);
  return found.target;
}
