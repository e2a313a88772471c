import { Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TextColumn, WordColumn } from '../../database/columns.js';
import type { AssetId } from '../../shared/ids.js';
import type { InstalledSoftware } from '../domain/inventory.js';

/** One entry of one asset's software, as its last scan found it. */
@Entity('installed_software')
@Index('IDX_installed_software_asset', ['assetId', 'nameKey', 'id'])
@Index('IDX_installed_software_title', ['titleId', 'assetId'])
export class InstalledSoftwareEntity implements InstalledSoftware {
  @IdColumn()
  id!: string;

  @ReferenceColumn()
  assetId!: AssetId;

  @ReferenceColumn()
  titleId!: string;

  /** Whose it is, which view, which key; the name of a key may be 255 characters long. */
  @TextColumn()
  identity!: string;

  @WordColumn()
  nameKey!: string;

  @WordColumn()
  name!: string;

  @WordColumn()
  version!: string;

  @WordColumn()
  publisher!: string;

  @WordColumn({ nullable: true })
  productCode!: string | null;

  @WordColumn({ nullable: true })
  view!: 'x64' | 'x86' | null;

  @WordColumn({ nullable: true })
  user!: string | null;

  @TextColumn()
  uninstallCommand!: string;

  @WordColumn({ nullable: true })
  installedOn!: string | null;
}
