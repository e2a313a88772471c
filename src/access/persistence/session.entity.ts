import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, ReferenceColumn } from '../../database/columns.js';
import type { ApiKeyId } from '../../shared/ids.js';

/** A browser's session. Only the hash of its token is kept. */
@Entity('session')
@Index('IDX_session_expires_at', ['expiresAt'])
export class SessionRow {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  tokenHash!: string;

  @ReferenceColumn()
  keyId!: ApiKeyId;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  expiresAt!: string;
}
