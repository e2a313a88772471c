import { foldCase } from './letters.js';
import { findsPattern } from './shared-pattern.js';
import { compareVersions } from './version.js';

/** The operators of a condition, in the order in which they are listed. */
export const OPERATORS = [
  'equals',
  'notEquals',
  'lessThan',
  'lessOrEqual',
  'greaterThan',
  'greaterOrEqual',
  'contains',
  'startsWith',
  'endsWith',
  'matches',
  'exists',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** As what two values are put in order. Whatever the type, values travel as text. */
export const VALUE_TYPES = ['text', 'version', 'number', 'instant'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** One comparison: what is asked of the values that were found. */
export interface Comparison {
  readonly operator: Operator;
  readonly valueType: ValueType;
  /** `true` or `false` for `exists`. */
  readonly expected: string;
}

/** Met, not met, or null: it cannot be told. */
export type Truth = boolean | null;

/**
 * Compares what was found with what is expected. Several values (the versions of several products) are met when one of
 * them is; `notEquals` when none is equal. What is not there meets nothing but `exists: false`. A value that cannot be
 * compared (a version without numbers) makes the answer null unless another one decides it.
 * Keep in step with src/target/runner/compare.ps1: comparison-cases.json is executed by both.
 */
export function compareFound(comparison: Comparison, found: readonly string[]): Truth {
  if (comparison.operator === 'exists') return found.length > 0 === (comparison.expected === 'true');
  if (found.length === 0) return false;
  if (comparison.operator === 'notEquals')
    return negate(compareFound({ ...comparison, operator: 'equals' }, found));
  return anyOf(found.map((value) => compareOne(comparison, value)));
}

/** True when one is, null when none is but one cannot be told. */
export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(null) ? null : false;
}

/** The opposite; what cannot be told stays so. */
export function negate(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function compareOne({ operator, valueType, expected }: Comparison, found: string): Truth {
  switch (operator) {
    case 'contains':
      return foldCase(found).includes(foldCase(expected));
    case 'startsWith':
      return foldCase(found).startsWith(foldCase(expected));
    case 'endsWith':
      return foldCase(found).endsWith(foldCase(expected));
    case 'matches':
      return findsPattern(expected, found);
    case 'equals':
    case 'notEquals':
    case 'lessThan':
    case 'lessOrEqual':
    case 'greaterThan':
    case 'greaterOrEqual':
    case 'exists':
      break;
  }
  const order = orderOf(valueType, found, expected);
  return order === null ? null : isOrdered(operator, order);
}

function orderOf(valueType: ValueType, found: string, expected: string): number | null {
  switch (valueType) {
    case 'text':
      return foldCase(found) === foldCase(expected) ? 0 : 1;
    case 'version':
      return compareVersions(found, expected);
    case 'number':
      return orderOfAlike(found, expected, { pattern: WHOLE_NUMBER, read: BigInt });
    case 'instant':
      return orderOfAlike(found, expected, { pattern: INSTANT, read: String });
  }
}

const WHOLE_NUMBER = /^-?[0-9]{1,20}$/;
/** Of one length, so that the order of the texts is the order of the instants. */
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;

interface Reading<T> {
  readonly pattern: RegExp;
  readonly read: (text: string) => T;
}

function orderOfAlike<T extends string | bigint>(
  one: string,
  other: string,
  reading: Reading<T>,
): number | null {
  if (!reading.pattern.test(one) || !reading.pattern.test(other)) return null;
  const [left, right] = [reading.read(one), reading.read(other)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function isOrdered(operator: Operator, order: number): boolean {
  if (operator === 'lessThan') return order < 0;
  if (operator === 'lessOrEqual') return order <= 0;
  if (operator === 'greaterThan') return order > 0;
  if (operator === 'greaterOrEqual') return order >= 0;
  return order === 0;
}
