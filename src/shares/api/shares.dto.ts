import { ApiProperty, ApiSchema, PartialType } from '@nestjs/swagger';
import { parseAddressRange } from '../../assets/domain/address-range.js';
import { checkList, checkText } from '../../http/field-checks.js';
import { field, FlagField, NameField, NumberField, TextField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import type { Fault } from '../../shared/errors.js';
import { isUnc, type PackageShare } from '../domain/package-share.js';
import type { NewShare, ShareChange } from '../shares.service.js';

const UNC_RULE = { minLength: 1, maxLength: 200 };

function checkUnc(value: unknown): readonly Fault[] {
  const faults = checkText(value, UNC_RULE);
  if (faults.length > 0 || typeof value !== 'string' || isUnc(value)) return faults;
  const detail =
    'Must be \\\\server\\share, folders may follow, without a backslash at the end and without any of " < > | * ? % & ^ ! ; `';
  return [{ pointer: '', code: 'wrong-format', detail }];
}

const RANGES_SCHEMA = { type: 'array', items: { type: 'string', maxLength: 100 }, maxItems: 1000 } as const;

function checkRange(value: unknown): readonly Fault[] {
  const faults = checkText(value, { minLength: 1, maxLength: 100 });
  if (faults.length > 0 || typeof value !== 'string' || parseAddressRange(value)) return faults;
  const detail = 'Must be a block such as 10.1.0.0/16, a range such as 10.1.0.10-10.1.0.99, or an address';
  return [{ pointer: '', code: 'wrong-format', detail }];
}

@ApiSchema({ name: 'NewShare' })
export class NewShareBody {
  @NameField({ description: 'Unique, whatever the case', example: 'Head office' })
  name!: string;

  @field(
    {
      description: 'What {PackageShare} stands for; as the assets reach it',
      example: '\\\\files.example.com\\Packages$',
    },
    { type: 'string', ...UNC_RULE },
    checkUnc,
  )
  unc!: string;

  @TextField({
    description:
      'Id or name of the credential that opens the share where the account of the steps may not read it; null: none',
    optional: true,
    nullable: true,
    minLength: 1,
    maxLength: 255,
    example: 'Package share reader',
  })
  credential?: string | null;

  @field(
    {
      description:
        'IPv4 or IPv6: blocks, ranges, addresses. The smallest range that holds an asset decides; an asset with a DNS name is resolved by the api',
      optional: true,
      example: ['10.1.0.0/16'],
    },
    RANGES_SCHEMA,
    (value) => checkList(value, { minItems: 0, maxItems: RANGES_SCHEMA.maxItems }, checkRange),
  )
  addressRanges?: string[];

  @FlagField({
    description: 'Assets that no range holds use it. Takes this place from the share that had it',
    optional: true,
    default: false,
  })
  default?: boolean;

  @NumberField({
    description: 'The most runs at a time that read from it; null: no limit',
    optional: true,
    nullable: true,
    min: 1,
    max: 100_000,
    example: 30,
  })
  concurrency?: number | null;
}

/** Every field may be left out: it stays as it is. */
@ApiSchema({ name: 'ShareChange' })
export class ShareChangeBody extends PartialType(NewShareBody) {}

export class ShareQuery extends ListQuery {
  @TextField({ description: 'Part of the name', optional: true, maxLength: 255 })
  q?: string;
}

@ApiSchema({ name: 'Share' })
export class ShareView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Head office' })
  name!: string;

  @ApiProperty({ example: '\\\\files.example.com\\Packages$' })
  unc!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: "The credential's id" })
  credential!: string | null;

  @ApiProperty({ type: [String], example: ['10.1.0.0/16'] })
  addressRanges!: readonly string[];

  @ApiProperty()
  default!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The most runs at a time that read from it' })
  concurrency!: number | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export function viewOfShare(share: PackageShare): ShareView {
  const { id, name, unc, credentialId, addressRanges, isDefault, concurrency, createdAt, updatedAt } = share;
  return {
    id,
    name,
    unc,
    credential: credentialId,
    addressRanges,
    default: isDefault,
    concurrency,
    createdAt,
    updatedAt,
  };
}

export function newShareOf({ default: isDefault, ...rest }: NewShareBody): NewShare {
  return { ...rest, isDefault };
}

export function shareChangeOf({ default: isDefault, ...rest }: ShareChangeBody): ShareChange {
  return { ...rest, isDefault };
}
