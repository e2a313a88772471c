import type { PlanCriterion } from '../../../../../src/packages/domain/condition/plan-condition.js';

/** Met, not met, or undefined when it cannot be told. */
export type Answer = boolean | undefined;

type Compared = Pick<PlanCriterion, 'operator' | 'valueType' | 'expected'>;

/** Letters whose upper and lower case are one (docs/guide/packages.md, "Comparing"). */
const LETTERS =
  'A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u00fe\\u0100-\\u012f\\u0132-\\u0137\\u0139-\\u0148\\u014a-\\u0177\\u0179-\\u017e' +
  '\\u0391-\\u03a1\\u03a3-\\u03a9\\u03b1-\\u03c1\\u03c3-\\u03c9\\u0400-\\u045f';

/** What the values found say to a comparison: of several, one that fits is enough, and for `notEquals` none may. */
export function answerOf(compared: Compared, found: readonly string[]): Answer {
  if (compared.operator === 'exists') return (compared.expected === 'true') === found.length > 0;
  if (found.length === 0) return false;
  const answer = someOf(found.map((value) => ofOne(compared, value)));
  return compared.operator === 'notEquals' ? opposite(answer) : answer;
}

export function someOf(answers: readonly Answer[]): Answer {
  if (answers.some((answer) => answer === true)) return true;
  return answers.some((answer) => answer === undefined) ? undefined : false;
}

export function opposite(answer: Answer): Answer {
  return answer === undefined ? undefined : !answer;
}

function ofOne({ operator, valueType, expected }: Compared, value: string): Answer {
  if (operator === 'matches') return new RegExp(expected, 'i').test(plain(value));
  if (operator === 'contains') return upper(value).includes(upper(expected));
  if (operator === 'startsWith') return upper(value).startsWith(upper(expected));
  if (operator === 'endsWith') return upper(value).endsWith(upper(expected));
  const order = ORDERS[valueType](value, expected);
  if (order === undefined) return undefined;
  if (operator.startsWith('less')) return operator === 'lessThan' ? order < 0 : order <= 0;
  if (operator.startsWith('greater')) return operator === 'greaterThan' ? order > 0 : order >= 0;
  return order === 0;
}

const ORDERS: Readonly<
  Record<PlanCriterion['valueType'], (one: string, other: string) => number | undefined>
> = {
  text: (one, other) => (upper(one) === upper(other) ? 0 : 1),
  version: (one, other) => orderOfLists(versionParts(one), versionParts(other)),
  number: (one, other) => orderOfLists(numberParts(one), numberParts(other)),
  instant: (one, other) => orderOfLists(instantParts(one), instantParts(other)),
};

function orderOfLists(ones: bigint[] | undefined, others: bigint[] | undefined): number | undefined {
  if (ones === undefined || others === undefined) return undefined;
  const length = Math.max(ones.length, others.length);
  for (let i = 0; i < length; i++) {
    const [one, other] = [ones[i] ?? 0n, others[i] ?? 0n];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

function versionParts(text: string): bigint[] | undefined {
  const numbers = /^(\d{1,18}(?:\.\d{1,18}){0,9})(?:$|[ +_(-])/.exec(text)?.[1];
  return numbers?.split('.').map(BigInt);
}

function numberParts(text: string): bigint[] | undefined {
  return /^-?\d{1,20}$/.test(text) ? [BigInt(text)] : undefined;
}

function instantParts(text: string): bigint[] | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)
    ? [BigInt(text.replace(/\D/g, ''))]
    : undefined;
}

function upper(text: string): string {
  return text.replace(new RegExp(`[${LETTERS}]`, 'g'), (letter) =>
    letter === 'ß' ? letter : letter.toUpperCase(),
  );
}

/** Spaces of every kind are blanks; what no pattern can name is U+FFFD. */
function plain(text: string): string {
  const blanks = text.replace(/[\s\p{Cc}]/gu, ' ');
  return blanks.replace(new RegExp(`[^ -~${LETTERS}]`, 'g'), '\ufffd');
}
