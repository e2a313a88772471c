import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  NumberColumn,
  ReferenceColumn,
  WordColumn,
} from '../../database/columns.js';
import type { CredentialId, ShareId } from '../../shared/ids.js';
import type { PackageShare } from '../domain/package-share.js';

@Entity('package_share')
@Index('UQ_package_share_name_key', ['nameKey'], { unique: true })
export class PackageShareRow implements PackageShare {
  @IdColumn()
  id!: ShareId;

  @WordColumn()
  name!: string;

  @WordColumn()
  nameKey!: string;

  @WordColumn()
  unc!: string;

  @ReferenceColumn({ nullable: true })
  credentialId!: CredentialId | null;

  @JsonColumn()
  addressRanges!: readonly string[];

  @FlagColumn()
  isDefault!: boolean;

  @NumberColumn({ nullable: true })
  concurrency!: number | null;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  updatedAt!: string;
}
