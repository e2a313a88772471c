import { Entity } from 'typeorm';
import { IdColumn, InstantColumn } from '../../database/columns.js';
import type { AssetId } from '../../shared/ids.js';

/** When an asset last let us in. */
@Entity('asset_contact')
export class AssetContactEntity {
  @IdColumn()
  assetId!: AssetId;

  @InstantColumn()
  lastSeenAt!: string;
}
