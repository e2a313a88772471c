import type { Fault } from '../shared/errors.js';
import type { FaultCode } from './problem-codes.js';

/** Finds what is wrong with a value; the pointers are relative to it. */
export type Check = (value: unknown) => readonly Fault[];

/** The rule of a text. Lengths are in characters as a reader counts them (code points). */
export interface TextRule {
  readonly minLength?: number;
  readonly maxLength: number;
  readonly pattern?: RegExp;
  /** What `pattern` asks for, in words. */
  readonly patternHint?: string;
  /** Allows line breaks and tabs. */
  readonly multiline?: boolean;
}

const fault = (code: FaultCode, detail: string, pointer = ''): Fault => ({ pointer, code, detail });

const wrongType = (value: unknown, wanted: string): readonly Fault[] =>
  value === undefined
    ? [fault('missing-field', `Give ${wanted}`)]
    : [fault('wrong-type', `Must be ${wanted}`)];

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// oxlint-disable-next-line no-control-regex -- as above, but for tab, line feed and carriage return
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

export function checkText(value: unknown, rule: TextRule): readonly Fault[] {
  if (typeof value !== 'string') return wrongType(value, 'a text');
  const length = Array.from(value).length;
  const { minLength = 0, maxLength, pattern } = rule;
  const faults: Fault[] = [];
  if (length < minLength) faults.push(tooShort(minLength));
  if (length > maxLength)
    faults.push(fault('text-too-long', `Must have at most ${maxLength} characters, it has ${length}`));
  if (!value.isWellFormed()) faults.push(fault('bad-text', 'Must not hold half of a surrogate pair'));
  if ((rule.multiline ? CONTROL_BUT_LINES : CONTROL).test(value)) {
    faults.push(fault('bad-text', 'Must not hold control characters'));
  }
  if (pattern && length >= minLength && length <= maxLength && !pattern.test(value)) {
    faults.push(fault('wrong-format', rule.patternHint ?? `Must match ${pattern.source}`));
  }
  return faults;
}

function tooShort(minLength: number): Fault {
  return minLength === 1
    ? fault('empty-text', 'Must not be empty')
    : fault('text-too-short', `Must have at least ${minLength} characters`);
}

export function checkWord(value: unknown, words: readonly string[]): readonly Fault[] {
  if (typeof value !== 'string') return wrongType(value, 'a text');
  return words.includes(value) ? [] : [fault('unknown-value', `Must be one of ${words.join(', ')}`)];
}

export function checkNumber(
  value: unknown,
  range: { readonly min: number; readonly max: number },
): readonly Fault[] {
  if (typeof value !== 'number' || !Number.isInteger(value)) return wrongType(value, 'a whole number');
  const inside = value >= range.min && value <= range.max;
  return inside ? [] : [fault('out-of-range', `Must be from ${range.min} to ${range.max}`)];
}

export function checkFlag(value: unknown): readonly Fault[] {
  return typeof value === 'boolean' ? [] : wrongType(value, 'true or false');
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

export function checkInstant(value: unknown): readonly Fault[] {
  if (typeof value !== 'string') return wrongType(value, 'an instant such as 2026-12-01T20:00:00Z');
  const usable = RFC3339.test(value) && !Number.isNaN(Date.parse(value));
  return usable ? [] : [fault('wrong-format', 'Must be an instant such as 2026-12-01T20:00:00Z (RFC 3339)')];
}

export function checkObject(value: unknown): readonly Fault[] {
  return isPlainObject(value) ? [] : wrongType(value, 'an object');
}

/** Checks a list and each of its items; an item's fault begins with its index. */
export function checkList(
  value: unknown,
  size: { readonly minItems: number; readonly maxItems: number },
  item: Check,
): readonly Fault[] {
  if (!Array.isArray(value)) return wrongType(value, 'a list');
  if (value.length < size.minItems) return [fault('empty-list', `Must have at least ${size.minItems} items`)];
  if (value.length > size.maxItems)
    return [fault('too-many-items', `Must have at most ${size.maxItems} items`)];
  return value.flatMap((entry, index) => below(String(index), item(entry)));
}

export interface MapRule {
  readonly key: TextRule;
  readonly value: TextRule;
  readonly maxEntries: number;
}

/** Checks a map of texts; an entry's fault begins with its key. */
export function checkMap(value: unknown, rule: MapRule): readonly Fault[] {
  if (!isPlainObject(value)) return wrongType(value, 'an object of texts');
  const entries = Object.entries(value);
  if (entries.length > rule.maxEntries)
    return [fault('too-many-items', `Must have at most ${rule.maxEntries} entries`)];
  return entries.flatMap(([key, entry]) =>
    below(key, [...checkText(key, rule.key), ...checkText(entry, rule.value)]),
  );
}

/** Puts a name or index in front of the pointers of faults (RFC 6901 escapes). */
export function below(segment: string, faults: readonly Fault[]): readonly Fault[] {
  const escaped = segment.replaceAll('~', '~0').replaceAll('/', '~1');
  return faults.map((each) => ({ ...each, pointer: `/${escaped}${each.pointer}` }));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
