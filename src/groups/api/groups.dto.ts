import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  field,
  NameField,
  NumberField,
  ObjectField,
  TextField,
  TextListField,
  WordField,
} from '../../http/fields.js';
import { checkObject } from '../../http/field-checks.js';
import { ListQuery } from '../../http/list-query.js';
import type { Asset } from '../../assets/domain/asset.js';
import type { AssetId } from '../../shared/ids.js';
import type { GroupDetail } from '../groups.service.js';
import type { Maintenance } from '../domain/maintenance.js';
import { type Weekday, WEEKDAYS } from '../../schedules/domain/trigger.js';
import { type Group, GROUP_KINDS, type GroupKind } from '../domain/group.js';

/** Stays below what one statement of SQLite takes. */
const MAX_MEMBERS = 20_000;

const WEEKDAY = new RegExp(`^(${WEEKDAYS.join('|')})$`);

const FILTER = {
  description: 'Which assets a dynamic group holds (docs/guide/groups.md)',
  example: { name: { like: 'PC-*' }, tags: ['pilot', 'finance'], not: { lastOutcome: 'failed' } },
};
const FILTER_SCHEMA = { type: 'object' as const, additionalProperties: true };

@ApiSchema({ name: 'MaintenanceWindow' })
export class MaintenanceWindowBody {
  @TextListField({
    description: 'On which days it begins',
    minItems: 1,
    maxItems: 7,
    item: { minLength: 1, maxLength: 9, pattern: WEEKDAY, patternHint: 'Must be a day such as monday' },
    example: ['saturday', 'sunday'],
  })
  days!: Weekday[];

  @TextField({
    description: 'When it begins',
    minLength: 5,
    maxLength: 5,
    pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
    patternHint: 'Must be a time of day such as 22:00',
    example: '22:00',
  })
  from!: string;

  @NumberField({ description: 'How long it lasts, over midnight too', min: 1, max: 7 * 1440, example: 360 })
  durationMinutes!: number;
}

@ApiSchema({ name: 'Maintenance' })
export class MaintenanceBody {
  @TextField({
    description: 'An IANA name',
    optional: true,
    maxLength: 100,
    default: 'UTC',
    example: 'Europe/Berlin',
  })
  timeZone?: string;

  @ObjectField(() => MaintenanceWindowBody, {
    description: 'Windows that follow each other without a gap are one. None: never',
    list: { maxItems: 50 },
  })
  windows!: MaintenanceWindowBody[];
}

@ApiSchema({ name: 'NewGroup' })
export class NewGroupBody {
  @NameField({
    description: 'Unique, whatever the case; bodies may refer to the group by it',
    example: 'Finance',
  })
  name!: string;

  @TextField({ description: 'What it is for', optional: true, maxLength: 2000, multiline: true, default: '' })
  description?: string;

  @WordField({
    description: 'static: the members that are listed; dynamic: what the filter finds each time',
    words: GROUP_KINDS,
  })
  kind!: GroupKind;

  @TextListField({
    description: "Ids or names of a static group's assets",
    optional: true,
    maxItems: MAX_MEMBERS,
    item: { minLength: 1, maxLength: 255 },
    example: ['PC-0042'],
  })
  members?: string[];

  @field({ ...FILTER, optional: true }, FILTER_SCHEMA, checkObject)
  filter?: Record<string, unknown>;

  @NumberField({
    description: 'The most runs at a time on its assets; null: no limit',
    optional: true,
    nullable: true,
    min: 1,
    max: 100_000,
    example: 20,
  })
  concurrency?: number | null;

  @ObjectField(() => MaintenanceBody, {
    description: 'When runs may be under way on its assets; null: always (docs/guide/rollouts.md)',
    optional: true,
    nullable: true,
  })
  maintenance?: MaintenanceBody | null;
}

@ApiSchema({ name: 'FilterPreview' })
export class PreviewBody {
  @field(FILTER, FILTER_SCHEMA, checkObject)
  filter!: Record<string, unknown>;
}

export class GroupQuery extends ListQuery {
  @TextField({ description: 'Part of the name', optional: true, maxLength: 255 })
  q?: string;

  @TextField({ description: 'The whole name, whatever the case', optional: true, maxLength: 255 })
  name?: string;

  @WordField({ description: 'Its kind', optional: true, words: GROUP_KINDS })
  kind?: GroupKind;
}

@ApiSchema({ name: 'GroupSummary' })
export class GroupSummaryView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Finance' })
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ enum: GROUP_KINDS })
  kind!: GroupKind;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'null when static',
  })
  filter!: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The most runs at a time on its assets' })
  concurrency!: number | null;

  @ApiProperty({ type: MaintenanceBody, nullable: true, description: 'Null: runs may always be under way' })
  maintenance!: Maintenance | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

@ApiSchema({ name: 'Group' })
export class GroupView extends GroupSummaryView {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The filter in English; null when static',
    example: 'Assets of which the name is like "PC-*"',
  })
  sentence!: string | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: "Ids of a static group's assets, retired ones too; null when dynamic",
  })
  members!: readonly AssetId[] | null;

  @ApiProperty({ type: 'integer', description: 'How many active assets it holds now' })
  assetCount!: number;
}

@ApiSchema({ name: 'GroupAsset' })
export class GroupAssetView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'PC-0042' })
  name!: string;

  @ApiProperty({ example: 'pc-0042.example.com' })
  address!: string;

  @ApiProperty({ type: [String] })
  tags!: readonly string[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  attributes!: Readonly<Record<string, string>>;
}

@ApiSchema({ name: 'FilterPreviewAnswer' })
export class PreviewView {
  @ApiProperty({ type: 'integer', description: 'How many active assets the filter finds now' })
  count!: number;

  @ApiProperty({ example: 'Assets of which the name is like "PC-*"' })
  sentence!: string;

  @ApiProperty({ type: [String], description: 'The names of the first 50 of them' })
  names!: readonly string[];
}

export function viewOfGroupAsset({ id, name, address, tags, attributes }: Asset): GroupAssetView {
  return { id, name, address, tags, attributes };
}

export function viewOfGroup(group: Group, { sentence, members, assetCount }: GroupDetail): GroupView {
  return Object.assign(viewOfGroupSummary(group), { sentence, members, assetCount });
}

export function viewOfGroupSummary(group: Group): GroupSummaryView {
  const { id, name, description, kind, filter, concurrency, maintenance, createdAt, updatedAt } = group;
  return { id, name, description, kind, filter, concurrency, maintenance, createdAt, updatedAt };
}
