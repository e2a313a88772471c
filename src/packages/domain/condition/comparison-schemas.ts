import { z } from 'zod';
import { LIMITS, lineField, rule } from '../schema-fields.js';

/** At least one of the fields must be there: an empty block asks nothing. */
export function asksSomething(value: object): boolean {
  return Object.values(value).some((field) => field !== undefined);
}

export const NOTHING_ASKED = rule('empty-comparison', 'Name at least one operator, such as { equals: ... }');

const text = lineField.max(LIMITS.valueCharacters);
const pattern = text.min(1).max(LIMITS.patternCharacters);

const EXISTS = {
  exists: z.boolean().optional().describe('Whether it is there at all'),
};

const TEXT = {
  contains: text.optional().describe('Upper and lower case are the same'),
  startsWith: text.optional().describe('Upper and lower case are the same'),
  endsWith: text.optional().describe('Upper and lower case are the same'),
  matches: pattern
    .optional()
    .describe('Regular expression, found anywhere; see the guide for what it may hold'),
};

const EQUALITY = {
  equals: text.optional().describe('Upper and lower case are the same'),
  notEquals: text.optional().describe('There, and not equal'),
};

function ordering<T extends z.ZodType>(value: T) {
  return {
    equals: value.optional(),
    notEquals: value.optional().describe('There, and not equal'),
    lessThan: value.optional(),
    lessOrEqual: value.optional(),
    greaterThan: value.optional(),
    greaterOrEqual: value.optional(),
  };
}

/** Compared as text. */
export const textComparison = z
  .strictObject({ ...EQUALITY, ...TEXT, ...EXISTS })
  .refine(asksSomething, NOTHING_ASKED);

/** Put in order part by part; a version is written in quotation marks, since YAML takes 24.10 for 24.1. */
export const versionComparison = z
  .strictObject({ ...ordering(text), ...TEXT, ...EXISTS })
  .refine(asksSomething, NOTHING_ASKED);

const wholeNumber = z.int().min(0);

export const numberComparison = z
  .strictObject({ ...ordering(wholeNumber), ...EXISTS })
  .refine(asksSomething, NOTHING_ASKED);

const INSTANT =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,3})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

const instant = z
  .string()
  .refine(
    (value) => INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
    rule('bad-instant', 'An instant is written like 2026-11-24T18:00:00Z'),
  )
  .describe('Like 2026-11-24T18:00:00Z');

export const instantComparison = z
  .strictObject({ ...ordering(instant), ...EXISTS })
  .refine(asksSomething, NOTHING_ASKED);

const data = z.union([wholeNumber, text], { error: 'Expected text or a whole number' });

/** Data of the registry: a number is compared as a number; text is put in order as a version. */
export const dataComparison = z
  .strictObject({ ...ordering(data), ...TEXT, ...EXISTS })
  .refine(asksSomething, NOTHING_ASKED);

/** One word of a closed list. */
export function wordComparison<const W extends readonly [string, ...string[]]>(words: W) {
  return z
    .strictObject({
      equals: z.enum(words).optional(),
      notEquals: z.enum(words).optional().describe('There, and not equal'),
    })
    .refine(asksSomething, NOTHING_ASKED);
}
