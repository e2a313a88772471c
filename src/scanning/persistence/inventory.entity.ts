import { Entity } from 'typeorm';
import { FlagColumn, IdColumn, InstantColumn, JsonColumn, NumberColumn } from '../../database/columns.js';
import type { AssetId } from '../../shared/ids.js';
import type { Inventory } from '../domain/inventory.js';

/** What the last scan of an asset told of the machine; its software has rows of its own. */
@Entity('asset_inventory')
export class InventoryEntity implements Inventory {
  @IdColumn()
  assetId!: AssetId;

  @InstantColumn()
  scannedAt!: string;

  @InstantColumn()
  bootedAt!: string;

  @JsonColumn()
  system!: Inventory['system'];

  @NumberColumn()
  softwareCount!: number;

  @FlagColumn()
  isTruncated!: boolean;
}
