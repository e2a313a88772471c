import type { AssetFilter, FieldTest } from './asset-filter.js';
import { FILTER_FIELDS } from './filter-fields.js';

/** Says a filter in one English sentence, without its final period, so that an author sees what he wrote. */
export function describeAssetFilter(filter: AssetFilter): string {
  return `Assets of which ${phraseOf(filter)}`;
}

function phraseOf(filter: AssetFilter): string {
  if (filter.kind === 'test') return testPhrase(filter);
  if (filter.kind === 'not') return `it is not true that ${nested(filter.filter)}`;
  return filter.filters.map(nested).join(filter.kind === 'all' ? ' and ' : ' or ');
}

/** Parentheses only where `and` and `or` would meet. */
function nested(filter: AssetFilter): string {
  const isSimple = filter.kind === 'test' || (filter.kind !== 'not' && filter.filters.length === 1);
  return isSimple ? phraseOf(filter) : `(${phraseOf(filter)})`;
}

function testPhrase(test: FieldTest): string {
  const subject = subjectOf(test);
  switch (test.operator) {
    case 'exists':
      return `${test.value ? 'there is' : 'there is not'} ${subject}`;
    case 'lessThan':
      return `${subject} is before ${test.instant}`;
    case 'greaterThan':
      return `${subject} is after ${test.instant}`;
    case 'withinSeconds':
      return `${subject} is within the last ${durationOf(test.seconds)}`;
    case 'olderThanSeconds':
      return `${subject} is more than ${durationOf(test.seconds)} ago`;
    case 'equals':
      return `${subject} is ${valuesOf(test.values)}`;
    case 'notEquals':
      return isOneOfSeveral(test)
        ? `${noneOf(subject)} is ${valuesOf(test.values)}`
        : `${subject} is not ${valuesOf(test.values)}`;
    case 'like':
      return `${subject} is like ${valuesOf(test.values)}`;
    case 'notLike':
      return isOneOfSeveral(test)
        ? `${noneOf(subject)} is like ${valuesOf(test.values)}`
        : `${subject} is not like ${valuesOf(test.values)}`;
  }
}

function isOneOfSeveral({ field }: FieldTest): boolean {
  return FILTER_FIELDS[field].kind === 'texts';
}

/** `a tag` becomes `no tag`. */
function noneOf(subject: string): string {
  return subject.replace(/^a /, 'no ');
}

function subjectOf({ field, attribute }: FieldTest): string {
  const { phrase } = FILTER_FIELDS[field];
  return attribute === null ? phrase : `${phrase} ${attribute}`;
}

function valuesOf(values: readonly string[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

function durationOf(seconds: number): string {
  const [word, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
