import { Entity, Index } from 'typeorm';
import { IdColumn, InstantColumn, NumberColumn, TextColumn, WordColumn } from '../../database/columns.js';
import type { PackageId } from '../../shared/ids.js';
import type { PackageState, PackageSummary } from '../domain/stored-package.js';

@Entity('package')
@Index('UQ_package_name_key', ['nameKey'], { unique: true })
@Index('IDX_package_created_at', ['createdAt'])
export class PackageRow implements PackageSummary {
  @IdColumn()
  id!: PackageId;

  @WordColumn()
  name!: string;

  /** Null once archived, so that the name is free again: a unique index lets nulls repeat. */
  @WordColumn({ nullable: true })
  nameKey!: string | null;

  /** What `?q=` searches and lists sort by; kept when archived. */
  @WordColumn()
  sortName!: string;

  @TextColumn()
  description!: string;

  @NumberColumn()
  revision!: number;

  @WordColumn()
  state!: PackageState;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  updatedAt!: string;
}
