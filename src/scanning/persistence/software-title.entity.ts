import { Entity, Index } from 'typeorm';
import { IdColumn, NumberColumn, WordColumn } from '../../database/columns.js';
import type { SoftwareTitle } from '../domain/inventory.js';

/** Software that at least one asset has. The count is kept with each scan, so that no list has to count. */
@Entity('software_title')
@Index('UQ_software_title_digest', ['digest'], { unique: true })
@Index('IDX_software_title_name', ['nameKey', 'id'])
@Index('IDX_software_title_count', ['assetCount', 'id'])
@Index('IDX_software_title_code', ['productCode'])
export class SoftwareTitleEntity implements SoftwareTitle {
  @IdColumn()
  id!: string;

  /** SHA-256 (hex) of what tells it from others. */
  @WordColumn()
  digest!: string;

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

  @NumberColumn()
  assetCount!: number;
}
