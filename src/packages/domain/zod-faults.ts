import type { z } from 'zod';
import type { Fault } from '../../shared/errors.js';
import { LATER_RUN_MODES } from './deployment-package.js';
import {
  describeValue,
  fault,
  oneOf,
  PACKAGE_FAULT_CODES,
  pointerTo,
  quote,
  type PackageFaultCode,
} from './faults.js';
import { LIMITS } from './schema-fields.js';
import { STEP_TYPES } from './steps/step-types.js';

type Issue = z.core.$ZodIssue;
type IssueOf<C extends Issue['code']> = Extract<Issue, { code: C }>;

/** An issue together with where it stands and what was found there. */
interface Found {
  readonly pointer: string;
  readonly value: unknown;
  /** The last name or index on the way to the value. */
  readonly field: PropertyKey | undefined;
}

/** Turns zod's issues about `input` into faults whose pointers begin with `base`. Reads `input` only along the issues' paths. */
export function zodFaults(issues: readonly Issue[], input: unknown, base: string): Fault[] {
  return issues.flatMap((issue) => {
    const pointer = base + pointerTo(...issue.path);
    return faultsOf(issue, { pointer, value: valueAt(input, issue.path), field: issue.path.at(-1) });
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function faultsOf(issue: Issue, found: Found): Fault[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(key, found.pointer));
    case 'invalid_type':
      return [wrongType(issue, found)];
    case 'too_small':
    case 'too_big':
      return [outOfBounds(issue, found)];
    case 'invalid_value':
      return [unknownValue(issue, found)];
    case 'invalid_union':
      return unionFaults(issue, found);
    case 'custom':
      return [fault(ruleCode(issue), found.pointer, issue.message)];
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'not_multiple_of':
      break;
  }
  // The package's schema raises none of these; a future one shall still be answered as a fault.
  return [fault('wrong-type', found.pointer, issue.message)];
}

function unknownField(key: string, pointer: string): Fault {
  const detail = `There is no field ${quote(key)} here; check its spelling and its place against the schema at /api/v1/schemas/package.json`;
  return fault('unknown-field', pointer + pointerTo(key), detail);
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with fields',
};

function wrongType(issue: IssueOf<'invalid_type'>, { pointer, value }: Found): Fault {
  const expected = TYPE_NAMES[issue.expected] ?? issue.expected;
  if (value === undefined)
    return fault('missing-field', pointer, `This field is required: write ${expected}`);
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  const hint = issue.expected === 'string' && isScalar ? '; put it in quotation marks' : '';
  return fault('wrong-type', pointer, `Expected ${expected}, found ${describeValue(value)}${hint}`);
}

function outOfBounds(issue: IssueOf<'too_small'> | IssueOf<'too_big'>, found: Found): Fault {
  if (issue.origin === 'array') return listSize(issue, found);
  if (issue.origin !== 'string') {
    const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
    return fault(
      'out-of-range',
      found.pointer,
      `Expected a number of ${bound}, found ${describeValue(found.value)}`,
    );
  }
  if (issue.code === 'too_small') return fault('empty-text', found.pointer, 'This text may not be empty');
  return fault(
    'text-too-long',
    found.pointer,
    `This text is longer than the ${issue.maximum} characters allowed`,
  );
}

function listSize(issue: IssueOf<'too_small'> | IssueOf<'too_big'>, { pointer, field }: Found): Fault {
  if (issue.code === 'too_small') {
    if (field === 'steps') return fault('no-steps', pointer, 'A package needs at least one step');
    return fault('empty-list', pointer, 'This list may not be empty');
  }
  if (field === 'steps')
    return fault('too-many-steps', pointer, `A package has at most ${LIMITS.steps} steps`);
  return fault('too-many-items', pointer, `This list has at most ${issue.maximum} items`);
}

function unknownValue(issue: IssueOf<'invalid_value'>, { pointer, value, field }: Found): Fault {
  if (field === 'runMode' && isOneOf(value, LATER_RUN_MODES)) return runModeNotAvailable(value, pointer);
  if (value === undefined)
    return fault('missing-field', pointer, `This field is required: write ${oneOf(issue.values)}`);
  return fault('unknown-value', pointer, `Expected ${oneOf(issue.values)}, found ${describeValue(value)}`);
}

/** The fault of a run mode that this version does not have; other features use it for a deployment's `runMode`. */
export function runModeNotAvailable(value: string, pointer: string): Fault {
  return fault(
    'run-mode-not-available',
    pointer,
    `Run mode ${value} is not available in this version; use system`,
  );
}

/** The faults of the one form that the value has, where forms differ in their type. */
function unionFaults(issue: IssueOf<'invalid_union'>, found: Found): Fault[] {
  const form = issue.errors.find((issues) => !issues.some(isOfAnotherType));
  const isJump = found.field === 'onSuccess' || found.field === 'onFailure';
  if (form === undefined || isJump) return [noVariant(issue, found)];
  return form.flatMap((inner) =>
    faultsOf(inner, {
      pointer: found.pointer + pointerTo(...inner.path),
      value: valueAt(found.value, inner.path),
      field: inner.path.at(-1),
    }),
  );
}

function isOfAnotherType({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

/** Unions are where a step's type decides, where a jump has one of four forms, and where one item may be a list. */
function noVariant(issue: IssueOf<'invalid_union'>, { pointer, value, field }: Found): Fault {
  if (field === 'process') {
    const detail = `Expected text or a list of texts, found ${describeValue(value)}`;
    return fault('wrong-type', pointer, detail);
  }
  if (field === 'onSuccess' || field === 'onFailure') {
    const detail = `Expected next, stop-success, stop-failure or { step: NAME }, found ${describeValue(value)}`;
    return fault('bad-jump', pointer, detail);
  }
  if (field !== 'type')
    return fault('wrong-type', pointer, `${issue.message}, found ${describeValue(value)}`);
  const available = `use ${oneOf(STEP_TYPES)}`;
  if (value === undefined) return fault('missing-field', pointer, `Every step needs a type: ${available}`);
  return fault(
    'unknown-step-type',
    pointer,
    `There is no step type like ${describeValue(value)}; ${available}`,
  );
}

function isOneOf(value: unknown, words: readonly string[]): value is string {
  return typeof value === 'string' && words.includes(value);
}

function ruleCode(issue: IssueOf<'custom'>): PackageFaultCode {
  const named: unknown = issue.params?.['fault'];
  return PACKAGE_FAULT_CODES.find((code) => code === named) ?? 'wrong-type';
}
