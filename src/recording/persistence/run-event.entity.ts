import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import {
  InstantColumn,
  NumberColumn,
  ReferenceColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { DeploymentId, TargetRunId } from '../../shared/ids.js';

/** One recorded fact. Append-only; its identity is (targetRunId, source, sourceSeq). */
@Entity('run_event')
@Index('UQ_run_event_seq', ['targetRunId', 'seq'], { unique: true })
@Index('UQ_run_event_identity', ['targetRunId', 'source', 'sourceSeq'], { unique: true })
@Index('IDX_run_event_deployment', ['deploymentId', 'eventId'])
export class RunEventEntity {
  /** Store-wide and rising in the order of commits. */
  @PrimaryGeneratedColumn('increment', { type: 'integer' })
  eventId!: number;

  @ReferenceColumn()
  targetRunId!: TargetRunId;

  @ReferenceColumn()
  deploymentId!: DeploymentId;

  /** The public order within the run, from 1 without gaps. */
  @NumberColumn()
  seq!: number;

  /** `api`, `worker:<epoch>` or `runner`. */
  @Column({ type: 'varchar', length: 32 })
  source!: string;

  @NumberColumn()
  sourceSeq!: number;

  @WordColumn()
  type!: string;

  @InstantColumn()
  at!: string;

  /** SHA-256 of what the source said, before redaction: the same identity with another digest is a conflict. */
  @Column({ type: 'varchar', length: 64 })
  digest!: string;

  /** The event's own fields as JSON. */
  @TextColumn()
  body!: string;
}
