import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { InstantField, TextField, WordField } from '../../http/fields.js';
import { csvText } from '../../http/export.js';
import { ListQuery } from '../../http/list-query.js';
import { ACTOR_KINDS, type ActorKind, type AuditEntry, type Fields } from '../domain/audit-entry.js';

export class AuditQuery extends ListQuery {
  @TextField({
    description: 'What was done',
    optional: true,
    maxLength: 255,
    example: 'deployment.cancel',
  })
  action?: string;

  @WordField({ description: 'Who acted', optional: true, words: ACTOR_KINDS })
  actorKind?: ActorKind;

  @TextField({ description: "The API key's or schedule's id", optional: true, maxLength: 36 })
  actorId?: string;

  @TextField({ description: 'What it was done to', optional: true, maxLength: 255, example: 'asset' })
  subjectType?: string;

  @TextField({ description: "The subject's id", optional: true, maxLength: 36 })
  subjectId?: string;

  @InstantField({ description: 'From this instant', optional: true })
  from?: string;

  @InstantField({ description: 'Before this instant', optional: true })
  until?: string;
}

const VALUES = { type: 'object', additionalProperties: true, nullable: true } as const;

@ApiSchema({ name: 'AuditEntry' })
export class AuditEntryView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: ACTOR_KINDS, description: 'system: Winch by itself' })
  actorKind!: ActorKind;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Of the API key or the schedule',
  })
  actorId!: string | null;

  @ApiProperty({ example: 'alice@example.com (key ServiceNow)' })
  actorName!: string;

  @ApiProperty({ type: String, nullable: true, description: "The client's address", example: '192.0.2.7' })
  origin!: string | null;

  @ApiProperty({ type: String, nullable: true, description: "The request's id, as in the log" })
  requestId!: string | null;

  @ApiProperty({ example: 'asset.change' })
  action!: string;

  @ApiProperty({ example: 'asset' })
  subjectType!: string;

  @ApiProperty({ type: String, nullable: true })
  subjectId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'PC-0042' })
  subjectName!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'What it made beside its subject: the new deployment of a rerun',
  })
  madeId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The reason that was given' })
  reason!: string | null;

  @ApiProperty({
    ...VALUES,
    description: 'The fields that were changed, as they were. A secret stands as [redacted]',
    example: { tags: ['pilot'] },
  })
  before!: Fields | null;

  @ApiProperty({
    ...VALUES,
    description: 'The same fields afterwards; null when it was removed or nothing changed',
    example: { tags: ['pilot', 'finance'] },
  })
  after!: Fields | null;
}

export function viewOfEntry(entry: AuditEntry): AuditEntryView {
  const { id, at, actorKind, actorId, actorName, origin, requestId, action } = entry;
  const { subjectType, subjectId, subjectName, madeId, reason, before, after } = entry;
  return {
    id,
    at,
    actorKind,
    actorId,
    actorName,
    origin,
    requestId,
    action,
    subjectType,
    subjectId,
    subjectName,
    madeId,
    reason,
    before,
    after,
  };
}

const COLUMNS = [
  'at',
  'actorKind',
  'actorName',
  'origin',
  'action',
  'subjectType',
  'subjectName',
  'subjectId',
  'madeId',
  'reason',
  'before',
  'after',
  'actorId',
  'requestId',
  'id',
] as const;

/** Before and after are JSON inside their cells. */
export function csvOfEntries(entries: readonly AuditEntryView[]): string {
  return csvText(COLUMNS, entries.map(rowOf));
}

function rowOf(entry: AuditEntryView): Record<(typeof COLUMNS)[number], string | null> {
  const jsonOf = (fields: Fields | null) => fields && JSON.stringify(fields);
  return Object.assign({}, entry, { before: jsonOf(entry.before), after: jsonOf(entry.after) });
}
