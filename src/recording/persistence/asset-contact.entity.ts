import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, ReferenceColumn } from '../../database/columns.js';
import type { AssetId, CredentialId } from '../../shared/ids.js';

/** When an asset last let us in. */
@Entity('asset_contact')
export class AssetContactEntity {
  @IdColumn()
  assetId!: AssetId;

  @InstantColumn()
  lastSeenAt!: string;

  /** With which credential a run did so last; null until one has. */
  @ReferenceColumn({ nullable: true })
  credentialId!: CredentialId | null;
}
