import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  JsonColumn,
  NumberColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { CredentialId } from '../../shared/ids.js';
import type { Credential, Scope } from '../domain/credential.js';

@Entity('credential')
@Index('UQ_credential_name_key', ['nameKey'], { unique: true })
export class CredentialRow implements Credential {
  @IdColumn()
  id!: CredentialId;

  @WordColumn()
  name!: string;

  @WordColumn()
  nameKey!: string;

  @WordColumn()
  username!: string;

  @TextColumn()
  sealedPassword!: string;

  @JsonColumn()
  scope!: Scope;

  @NumberColumn({ name: 'tryOrder' }) // `order` is a word of SQL.
  order!: number;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  updatedAt!: string;
}
