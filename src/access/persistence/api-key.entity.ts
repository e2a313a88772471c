import { Entity, Index } from 'typeorm';
import { IdColumn, InstantColumn, WordColumn } from '../../database/columns.js';
import type { ApiKeyId } from '../../shared/ids.js';
import type { Role } from '../domain/roles.js';

/** An API key. Of its secret only a hash is kept. */
@Entity('api_key')
@Index('UQ_api_key_prefix', ['prefix'], { unique: true })
export class ApiKey {
  @IdColumn()
  id!: ApiKeyId;

  @WordColumn()
  prefix!: string;

  @WordColumn()
  secretHash!: string;

  @WordColumn()
  name!: string;

  @WordColumn()
  owner!: string;

  @WordColumn()
  role!: Role;

  @InstantColumn()
  createdAt!: string;

  /** Null: never; only the bootstrap key. */
  @InstantColumn({ nullable: true })
  expiresAt!: string | null;

  /** Accurate to a quarter of an hour: it is not worth a write per request. */
  @InstantColumn({ nullable: true })
  lastUsedAt!: string | null;

  @InstantColumn({ nullable: true })
  revokedAt!: string | null;
}
