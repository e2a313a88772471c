import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { InstantField, TextField, WordField } from '../../http/fields.js';
import type { ApiKey } from '../domain/api-key.js';
import { type Role, roles } from '../domain/roles.js';
import { DEFAULT_KEY_DAYS, type IssuedKey } from '../keys.service.js';

@ApiSchema({ name: 'NewKey' })
export class NewKeyBody {
  @TextField({ description: 'What the key is for', minLength: 1, maxLength: 255, example: 'ServiceNow' })
  name!: string;

  @TextField({
    description: 'Who answers for its use',
    minLength: 1,
    maxLength: 255,
    example: 'alice@example.com',
  })
  owner!: string;

  @WordField({
    description: 'What it may do; each role includes those before it',
    words: roles,
    example: 'operator',
  })
  role!: Role;

  @InstantField({
    description: `When it ends; ${DEFAULT_KEY_DAYS} days from now when left out`,
    optional: true,
    example: '2027-06-30T00:00:00Z',
  })
  expiresAt?: string;
}

/** An API key without its secret. */
@ApiSchema({ name: 'Key' })
export class KeyView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    description: 'The public part of the key, as in winch_<prefix>_<secret>',
    example: 'k3x8w0q1z7ab',
  })
  prefix!: string;

  @ApiProperty({ example: 'ServiceNow' })
  name!: string;

  @ApiProperty({ example: 'alice@example.com' })
  owner!: string;

  @ApiProperty({ enum: roles })
  role!: Role;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null: never (the bootstrap key)',
  })
  expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Accurate to 15 minutes' })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revokedAt!: string | null;
}

/** The one answer that shows a key. */
@ApiSchema({ name: 'IssuedKey' })
export class IssuedKeyView extends KeyView {
  @ApiProperty({
    description: 'The key itself. It cannot be read again',
    example: 'winch_k3x8w0q1z7ab_<43 characters>',
  })
  key!: string;
}

export function viewOfKey(key: ApiKey): KeyView {
  const { id, prefix, name, owner, role, createdAt, expiresAt, lastUsedAt, revokedAt } = key;
  return { id, prefix, name, owner, role, createdAt, expiresAt, lastUsedAt, revokedAt };
}

export function viewOfIssuedKey(issued: IssuedKey): IssuedKeyView {
  return Object.assign(new IssuedKeyView(), viewOfKey(issued.key), { key: issued.text });
}
