import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, JsonColumn, WordColumn } from '../../database/columns.js';

/** What a client was answered. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A request that was carried out under an idempotency key. */
@Entity('idempotency_record')
@Index('IDX_idempotency_record_expires_at', ['expiresAt'])
export class IdempotencyRecord {
  /** Hash of caller, path and key: two callers may use the same key. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  /** Keyed hash of the body, which may hold a secret parameter. */
  @WordColumn()
  bodyHash!: string;

  /** The id of what was made, for an answer that was lost. */
  @WordColumn({ nullable: true })
  madeId!: string | null;

  /** Null between the commit and the answer: lost when the process ended there. */
  @JsonColumn({ nullable: true })
  answer!: KeptAnswer | null;

  @InstantColumn()
  expiresAt!: string;
}
