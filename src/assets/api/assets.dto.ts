import { ApiSchema, PartialType } from '@nestjs/swagger';
import {
  field,
  NameField,
  NumberField,
  TextField,
  TextListField,
  TextMapField,
  WordField,
} from '../../http/fields.js';
import { checkText } from '../../http/field-checks.js';
import { InvalidQueryError } from '../../database/page.js';
import { parseJson } from '../../http/body.js';
import { ListQuery } from '../../http/list-query.js';
import { messageOf } from '../../shared/errors.js';
import type { AssetListRequest } from '../assets.service.js';
import { isFingerprint, isMac } from '../domain/address.js';
import {
  assetStates,
  type AssetState,
  authentications,
  tlsPolicies,
  type TlsVerify,
  type Transport,
  transports,
} from '../domain/asset.js';
import type { AssetFilter } from '../domain/filter/asset-filter.js';
import { parseAssetFilter } from '../domain/filter/parse-filter.js';

/** A text of a form that a function knows better than a pattern. */
function FormField(options: {
  readonly description: string;
  readonly example: string;
  readonly maxLength: number;
  readonly isForm: (text: string) => boolean;
  readonly detail: string;
}): PropertyDecorator {
  const { maxLength, isForm, detail, ...rest } = options;
  return field({ ...rest, optional: true, nullable: true }, { type: 'string', maxLength }, (value) => {
    const faults = checkText(value, { maxLength });
    if (faults.length > 0 || typeof value !== 'string' || isForm(value)) return faults;
    return [{ pointer: '', code: 'wrong-format', detail }];
  });
}

@ApiSchema({ name: 'NewAsset' })
export class NewAssetBody {
  @NameField({
    description: 'Unique, whatever the case; bodies may refer to the asset by it',
    example: 'PC-0042',
  })
  name!: string;

  @TextField({
    description: 'DNS name, IPv4 or IPv6 address; the name when left out',
    optional: true,
    minLength: 1,
    maxLength: 253,
    example: 'pc-0042.example.com',
  })
  address?: string;

  @NumberField({
    description: '5986 with https, 5985 with http when left out',
    optional: true,
    min: 1,
    max: 65_535,
    example: 5986,
  })
  port?: number;

  @WordField({
    description: 'https, or http with messages sealed by NTLM; nothing is ever sent in the clear',
    optional: true,
    words: transports,
    default: 'https',
  })
  transport?: Transport;

  @WordField({
    description:
      'full: chain and name; fingerprint: one pinned certificate; none: whatever is shown (for tests)',
    optional: true,
    words: tlsPolicies,
    default: 'full',
  })
  tlsVerify?: TlsVerify;

  @FormField({
    description:
      'SHA-256 of the certificate, needed with tlsVerify fingerprint; colons and case do not matter',
    maxLength: 95,
    isForm: isFingerprint,
    detail: 'Must be a SHA-256 fingerprint: 64 hexadecimal digits, colons allowed',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  tlsFingerprint?: string | null;

  @WordField({
    description: 'negotiate (NTLMv2), or basic over verified https; kerberos is not available yet',
    optional: true,
    words: authentications,
    default: 'negotiate',
  })
  authentication?: (typeof authentications)[number];

  @FormField({
    description: 'What Wake-on-LAN wakes',
    maxLength: 17,
    isForm: isMac,
    detail: 'Must be a MAC address such as 00:1a:2b:3c:4d:5e',
    example: '00:1a:2b:3c:4d:5e',
  })
  mac?: string | null;

  @TextListField({
    description: 'Free words to find assets by',
    optional: true,
    maxItems: 100,
    item: { minLength: 1, maxLength: 100 },
    default: [],
    example: ['pilot', 'finance'],
  })
  tags?: string[];

  @TextMapField({
    description: 'Facts of your own, such as the room or the cost centre',
    optional: true,
    maxEntries: 100,
    key: { minLength: 1, maxLength: 100 },
    value: { maxLength: 1000 },
    default: {},
    example: { room: 'B-204' },
  })
  attributes?: Record<string, string>;

  @WordField({
    description: 'A retired asset takes no new run',
    optional: true,
    words: assetStates,
    default: 'active',
  })
  state?: AssetState;
}

/** Every field may be left out: it stays as it is. */
@ApiSchema({ name: 'AssetChange' })
export class AssetChangeBody extends PartialType(NewAssetBody) {}

export class AssetQuery extends ListQuery {
  @TextField({ description: 'Part of the name', optional: true, maxLength: 255 })
  q?: string;

  @TextField({ description: 'The whole name, whatever the case', optional: true, maxLength: 255 })
  name?: string;

  @TextField({ description: 'The whole address', optional: true, maxLength: 253 })
  address?: string;

  @WordField({ description: 'Its transport', optional: true, words: transports })
  transport?: Transport;

  @WordField({ description: 'Its authentication', optional: true, words: authentications })
  authentication?: string;

  @WordField({ description: 'Its state', optional: true, words: assetStates })
  state?: AssetState;

  @TextField({ description: 'A tag that it has', optional: true, maxLength: 100 })
  tag?: string;

  @TextField({
    description: 'A filter as groups have it, as JSON (docs/guide/groups.md)',
    optional: true,
    maxLength: 8000,
    example: '{"name":{"like":"PC-*"},"lastOutcome":"failed"}',
  })
  filter?: string;
}

/** What the service takes of a list's query. */
export function assetListOf({ filter, ...query }: AssetQuery): AssetListRequest {
  return filter === undefined ? query : { ...query, matches: filterOf(filter) };
}

function filterOf(text: string): AssetFilter {
  const parsing = parseAssetFilter(parseFilterText(text), '/filter');
  if (parsing.ok) return parsing.filter;
  throw new InvalidQueryError(parsing.faults);
}

function parseFilterText(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new InvalidQueryError([{ pointer: '/filter', code: 'wrong-format', detail: messageOf(error) }]);
  }
}
