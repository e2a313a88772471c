import { Entity, Index } from 'typeorm';
import { IdColumn } from '../../database/columns.js';
import type { AssetId, GroupId } from '../../shared/ids.js';

/** An asset in a static group. One that is removed leaves its rows behind, which then name nothing; ids are never used twice. */
@Entity('asset_group_member')
@Index('IDX_asset_group_member_asset', ['assetId'])
export class GroupMemberRow {
  @IdColumn()
  groupId!: GroupId;

  @IdColumn()
  assetId!: AssetId;
}
