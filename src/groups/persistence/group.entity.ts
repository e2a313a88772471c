import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  JsonColumn,
  NumberColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { GroupId } from '../../shared/ids.js';
import type { Group, GroupKind } from '../domain/group.js';
import type { Maintenance } from '../domain/maintenance.js';

/** `group` is a reserved word of SQL. */
@Entity('asset_group')
@Index('UQ_asset_group_name_key', ['nameKey'], { unique: true })
@Index('IDX_asset_group_created_at', ['createdAt'])
export class GroupRow implements Group {
  @IdColumn()
  id!: GroupId;

  @WordColumn()
  name!: string;

  @WordColumn()
  nameKey!: string;

  @TextColumn()
  description!: string;

  @WordColumn()
  kind!: GroupKind;

  @JsonColumn({ nullable: true })
  filter!: Readonly<Record<string, unknown>> | null;

  @NumberColumn({ nullable: true })
  concurrency!: number | null;

  @JsonColumn({ nullable: true })
  maintenance!: Maintenance | null;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  updatedAt!: string;
}
