import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, NumberColumn } from '../../database/columns.js';
import type { AssetId } from '../../shared/ids.js';

/** When an asset on which runs have left something may be asked again; gone when nothing is left there. */
@Entity('asset_sweep')
export class AssetSweepEntity {
  @IdColumn()
  assetId!: AssetId;

  /** How often it was asked since something was left there. */
  @NumberColumn()
  attempts!: number;

  @InstantColumn()
  dueAt!: string;
}
