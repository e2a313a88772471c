import { OUTCOMES } from '../../../deployments/domain/outcome.js';
import { assetStates, authentications, transports } from '../asset.js';
import { type FilterOperator, INSTANT_OPERATORS, TEXT_OPERATORS } from './filter-operators.js';

/** What kind of value a field has: `words` are texts of a closed list. */
export type FieldKind = 'text' | 'word' | 'texts' | 'map' | 'instant';

interface FieldRule {
  readonly kind: FieldKind;
  /** The field may have no value. */
  readonly optional?: boolean;
  readonly words?: readonly string[];
  /** Its name in a sentence. */
  readonly phrase: string;
}

/** Every field that a filter may name. A public list that only grows. */
export const FILTER_FIELDS = {
  name: { kind: 'text', phrase: 'the name' },
  address: { kind: 'text', phrase: 'the address' },
  mac: { kind: 'text', optional: true, phrase: 'the MAC address' },
  transport: { kind: 'word', words: transports, phrase: 'the transport' },
  authentication: { kind: 'word', words: authentications, phrase: 'the authentication' },
  state: { kind: 'word', words: assetStates, phrase: 'the state' },
  tags: { kind: 'texts', optional: true, phrase: 'a tag' },
  attributes: { kind: 'map', optional: true, phrase: 'the attribute' },
  createdAt: { kind: 'instant', phrase: 'its registration' },
  updatedAt: { kind: 'instant', phrase: 'its last change' },
  lastOutcome: { kind: 'word', optional: true, words: OUTCOMES, phrase: 'the last outcome' },
  os: { kind: 'text', optional: true, phrase: 'the operating system' },
  domain: { kind: 'text', optional: true, phrase: 'the domain' },
  software: { kind: 'texts', optional: true, phrase: 'a name of its software' },
  productCodes: { kind: 'texts', optional: true, phrase: 'a product code of its software' },
  loggedOnUsers: { kind: 'texts', optional: true, phrase: 'a logged-on user' },
  pendingReboot: { kind: 'texts', optional: true, phrase: 'a reason for a pending restart' },
  lastScanAt: { kind: 'instant', optional: true, phrase: 'its last scan' },
  lastSeenAt: { kind: 'instant', optional: true, phrase: 'its last answer' },
} as const satisfies Readonly<Record<string, FieldRule>>;

export type FilterField = keyof typeof FILTER_FIELDS;

/** The rule of a field, or undefined for a name that is no field. */
export function fieldRule(name: string): FieldRule | undefined {
  return Object.hasOwn(FILTER_FIELDS, name) ? FILTER_FIELDS[name as FilterField] : undefined;
}

/** The operators that a field takes. */
export function operatorsOf({ kind, optional = false }: FieldRule): readonly FilterOperator[] {
  const exists = optional ? (['exists'] as const) : [];
  if (kind === 'instant') return [...INSTANT_OPERATORS, ...exists];
  if (kind === 'word') return ['equals', 'notEquals', ...exists];
  return [...TEXT_OPERATORS, ...exists];
}
