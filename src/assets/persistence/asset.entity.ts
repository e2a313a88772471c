import { Entity, Index } from 'typeorm';
import { IdColumn, InstantColumn, JsonColumn, NumberColumn, WordColumn } from '../../database/columns.js';
import type { AssetId } from '../../shared/ids.js';
import type { Asset, AssetState, Authentication, TlsVerify, Transport } from '../domain/asset.js';

@Entity('asset')
@Index('UQ_asset_name_key', ['nameKey'], { unique: true })
@Index('IDX_asset_created_at', ['createdAt'])
export class AssetRow implements Asset {
  @IdColumn()
  id!: AssetId;

  @WordColumn()
  name!: string;

  @WordColumn()
  nameKey!: string;

  @WordColumn()
  address!: string;

  @NumberColumn()
  port!: number;

  @WordColumn()
  transport!: Transport;

  @WordColumn()
  tlsVerify!: TlsVerify;

  @WordColumn({ nullable: true })
  tlsFingerprint!: string | null;

  @WordColumn()
  authentication!: Authentication;

  @WordColumn({ nullable: true })
  mac!: string | null;

  @JsonColumn()
  tags!: readonly string[];

  @JsonColumn()
  attributes!: Readonly<Record<string, string>>;

  @WordColumn()
  state!: AssetState;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  updatedAt!: string;
}
