import { ApiProperty, ApiSchema, PartialType } from '@nestjs/swagger';
import { field, NameField, NumberField, TextField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import { Secret } from '../../shared/secret.js';
import { type CredentialChange, DEFAULT_ORDER, type NewCredential } from '../credentials.service.js';
import type { Credential } from '../domain/credential.js';
import { checkScope, type ScopeBody } from '../domain/scope-body.js';

const SCOPE_SCHEMA = {
  oneOf: [
    {
      type: 'object',
      required: ['all'],
      properties: { all: { type: 'boolean', enum: [true] } },
      additionalProperties: false,
    },
    {
      type: 'object',
      minProperties: 1,
      properties: {
        assets: { type: 'array', items: { type: 'string' }, description: 'Ids or names of assets' },
        groups: { type: 'array', items: { type: 'string' }, description: 'Ids or names of groups' },
        addressRanges: {
          type: 'array',
          items: { type: 'string' },
          description: 'Blocks, ranges and addresses, IPv4 or IPv6',
        },
      },
      additionalProperties: false,
    },
  ],
};

@ApiSchema({ name: 'NewCredential' })
export class NewCredentialBody {
  @NameField({ description: 'Unique, whatever the case', example: 'Workstations' })
  name!: string;

  @TextField({
    description: 'DOM\\user, user@realm or .\\user for a local account',
    minLength: 1,
    maxLength: 255,
    pattern: /^(?:[^\\/"[\]:;|=,+*?<>\s]+\\)?[^\\/"[\]:;|=,+*?<>]*[^\\/"[\]:;|=,+*?<>\s]$/u,
    patternHint: 'Must be DOM\\user, user@realm or .\\user',
    example: 'EXAMPLE\\winch',
  })
  username!: string;

  @TextField({
    description: 'Sealed at once, and never answered',
    minLength: 1,
    maxLength: 1024,
    writeOnly: true,
    example: '********',
  })
  password!: string;

  @field(
    {
      description:
        'Which assets it may open: all, or those that one of the lists names. Of several credentials the one that opened an asset last is tried first, then those whose scope names it, its group or its range, then those that open all',
      example: { all: true },
    },
    SCOPE_SCHEMA,
    checkScope,
  )
  scope!: ScopeBody;

  @NumberField({
    description: 'Tried from low to high, among credentials of the same kind of scope',
    optional: true,
    min: 0,
    max: 1_000_000,
    default: DEFAULT_ORDER,
  })
  order?: number;
}

/** Every field may be left out: it stays as it is. */
@ApiSchema({ name: 'CredentialChange' })
export class CredentialChangeBody extends PartialType(NewCredentialBody) {}

export class CredentialQuery extends ListQuery {
  @TextField({ description: 'Part of the name', optional: true, maxLength: 255 })
  q?: string;
}

/** A credential. It holds no secret and no trace of one. */
@ApiSchema({ name: 'Credential' })
export class CredentialView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Workstations' })
  name!: string;

  @ApiProperty({ example: 'EXAMPLE\\winch' })
  username!: string;

  @ApiProperty({ ...SCOPE_SCHEMA, description: 'Assets and groups by their ids' })
  scope!: unknown;

  @ApiProperty({ type: 'integer', example: DEFAULT_ORDER })
  order!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export function viewOfCredential(credential: Credential): CredentialView {
  const { id, name, username, scope, order, createdAt, updatedAt } = credential;
  return { id, name, username, scope, order, createdAt, updatedAt };
}

export function newCredentialOf(body: NewCredentialBody): NewCredential {
  const { name, username, scope, order } = body;
  return { name, username, scope, order, password: new Secret(body.password) };
}

export function credentialChangeOf(body: CredentialChangeBody): CredentialChange {
  const { name, username, scope, order, password } = body;
  return {
    name,
    username,
    scope,
    order,
    password: password === undefined ? undefined : new Secret(password),
  };
}
