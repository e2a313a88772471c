import type { FieldCondition } from './asset-filter.js';
import {
  type FilterOperator,
  INSTANT_OPERATORS,
  type InstantOperator,
  type TextOperator,
} from './filter-operators.js';
import { type FieldKind, operatorsOf } from './filter-fields.js';
import { below, fault, Faults } from './filter-faults.js';

const MAX_VALUES = 1000;
const MAX_TEXT = 255;
/** Ten years. */
const MAX_SECONDS = 10 * 366 * 86_400;

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

interface Rule {
  readonly kind: FieldKind;
  readonly optional?: boolean;
  readonly words?: readonly string[];
}

interface Place {
  readonly faults: Faults;
  readonly at: string;
}

/** Reads one operator of a field with what it is given; faults go to the collector. */
export function parseCondition(
  rule: Rule,
  operator: string,
  wanted: unknown,
  place: Place,
): FieldCondition | undefined {
  const known = operatorsOf({ ...rule, phrase: '' }).find((each) => each === operator);
  if (known === undefined) return unknownOperator(rule, operator, place);
  if (known === 'exists') return parseExists(wanted, place);
  if (isInstantOperator(known)) return parseInstant(known, wanted, place);
  return parseTexts(known, wanted, { rule, ...place });
}

function unknownOperator(rule: Rule, operator: string, { faults, at }: Place): undefined {
  const known = operatorsOf({ ...rule, phrase: '' });
  const what = operator === 'equals' ? 'This field takes no plain value' : 'This field has no such operator';
  return faults.add(at, fault('unknown-field', `${what}: use ${known.join(', ')}`));
}

function isInstantOperator(operator: FilterOperator): operator is InstantOperator {
  return (INSTANT_OPERATORS as readonly string[]).includes(operator);
}

function parseExists(wanted: unknown, { faults, at }: Place): FieldCondition | undefined {
  if (typeof wanted === 'boolean') return { operator: 'exists', value: wanted };
  return faults.add(at, fault('wrong-type', 'Must be true or false'));
}

function parseInstant(
  operator: InstantOperator,
  wanted: unknown,
  { faults, at }: Place,
): FieldCondition | undefined {
  if (operator === 'withinSeconds' || operator === 'olderThanSeconds') {
    if (Number.isInteger(wanted) && Number(wanted) >= 1 && Number(wanted) <= MAX_SECONDS) {
      return { operator, seconds: Number(wanted) };
    }
    return faults.add(at, fault('out-of-range', `Must be a whole number from 1 to ${MAX_SECONDS}`));
  }
  if (typeof wanted === 'string' && RFC3339.test(wanted) && !Number.isNaN(Date.parse(wanted))) {
    return { operator, instant: new Date(wanted).toISOString() };
  }
  return faults.add(at, fault('wrong-format', 'Must be an instant such as 2026-12-01T20:00:00Z (RFC 3339)'));
}

function parseTexts(
  operator: TextOperator,
  wanted: unknown,
  place: Place & { readonly rule: Rule },
): FieldCondition | undefined {
  const { faults, at } = place;
  const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  if (values.length === 0) return faults.add(at, fault('empty-list', 'Must have at least 1 value'));
  if (values.length > MAX_VALUES)
    return faults.add(at, fault('too-many-items', `Must have at most ${MAX_VALUES} values`));
  const before = faults.all.length;
  values.forEach((value, index) => {
    checkText(value, { ...place, at: Array.isArray(wanted) ? at + below(String(index)) : at });
  });
  return faults.all.length > before ? undefined : { operator, values: values.map(String) };
}

function checkText(value: unknown, { rule, faults, at }: Place & { readonly rule: Rule }): void {
  if (typeof value !== 'string') return faults.add(at, fault('wrong-type', 'Must be a text'));
  if (value.length > MAX_TEXT)
    return faults.add(at, fault('text-too-long', `Must have at most ${MAX_TEXT} characters`));
  if (!value.isWellFormed() || value.includes('\0'))
    return faults.add(at, fault('bad-text', 'Must not hold half of a surrogate pair or a zero character'));
  if (rule.words && !rule.words.includes(value))
    faults.add(at, fault('unknown-value', `Must be one of ${rule.words.join(', ')}`));
}
