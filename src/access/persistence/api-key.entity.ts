import { Entity, Index } from 'typeorm';
import { IdColumn, InstantColumn, WordColumn } from '../../database/columns.js';
import type { ApiKeyId } from '../../shared/ids.js';
import type { ApiKey } from '../domain/api-key.js';
import type { Role } from '../domain/roles.js';

@Entity('api_key')
@Index('UQ_api_key_prefix', ['prefix'], { unique: true })
export class ApiKeyRow implements ApiKey {
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

  @InstantColumn({ nullable: true })
  expiresAt!: string | null;

  @InstantColumn({ nullable: true })
  lastUsedAt!: string | null;

  @InstantColumn({ nullable: true })
  revokedAt!: string | null;
}
