import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  JsonColumn,
  ReferenceColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { ActorKind, AuditEntry, Fields } from '../domain/audit-entry.js';

/** Rows are inserted with the change that they tell of, and removed by age only. */
@Entity('audit_entry')
@Index('IDX_audit_entry_at', ['at', 'id'])
@Index('IDX_audit_entry_subject', ['subjectId', 'at'])
@Index('IDX_audit_entry_actor', ['actorId', 'at'])
export class AuditEntryRow implements AuditEntry {
  @IdColumn()
  id!: string;

  @InstantColumn()
  at!: string;

  @WordColumn()
  actorKind!: ActorKind;

  @ReferenceColumn({ nullable: true })
  actorId!: string | null;

  @WordColumn({ length: 600 })
  actorName!: string;

  @WordColumn({ nullable: true })
  origin!: string | null;

  @WordColumn({ nullable: true })
  requestId!: string | null;

  @WordColumn()
  action!: string;

  @WordColumn()
  subjectType!: string;

  @WordColumn({ nullable: true })
  subjectId!: string | null;

  @WordColumn({ nullable: true })
  subjectName!: string | null;

  @ReferenceColumn({ nullable: true })
  madeId!: string | null;

  @TextColumn({ nullable: true })
  reason!: string | null;

  @JsonColumn({ nullable: true })
  before!: Fields | null;

  @JsonColumn({ nullable: true })
  after!: Fields | null;
}
