import type { z } from 'zod';
import type { Fault } from '../../shared/errors.js';
import type { DeploymentPackage, PackageParameter } from './deployment-package.js';
import { type PlacedCondition, slowPatternFaults } from './condition/condition-faults.js';
import { conditionSizeFaults } from './condition/condition-size.js';
import { describeValue, fault, pointerTo } from './faults.js';
import { duplicateNames, jumpFaults, parameterFaults, type NamedItem } from './package-rules.js';
import { headSchema, parameterSchema } from './package-schema.js';
import { packageWarnings } from './package-warnings.js';
import { LIMITS } from './schema-fields.js';
import { pointerInto, stepTextFaults } from './step-text.js';
import { anyStepSchema } from './steps/step-base.js';
import { type PackageStep, stepSchema } from './steps/step-types.js';
import { withDefaultsOfUpdate } from './steps/installer-step.js';
import { zodFaults } from './zod-faults.js';

/** Faults beyond this many say nothing new, and a hostile file could make millions. */
const MAX_FAULTS = 200;

export type PackageParsing =
  | { readonly ok: true; readonly package: DeploymentPackage; readonly warnings: readonly Fault[] }
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] };

/** An element of a list that its schema accepted, with its place in the file. */
interface Parsed<T> {
  readonly index: number;
  readonly value: T;
}

interface ParsedList<T> {
  readonly items: readonly Parsed<T>[];
  readonly faults: readonly Fault[];
}

/**
 * Reads a package file (API.md) and fills in the defaults. Answers every fault at once, each with the JSON Pointer of
 * its place; elements are read one by one, so that one broken step hides no fault of another. Warnings are given only
 * when there is no fault. Never throws and never recurses into what it does not know.
 */
export function parsePackageFile(input: unknown): PackageParsing {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return failed([
      fault('wrong-type', '', `A package is an object with fields, found ${describeValue(input)}`),
    ]);
  }
  const head = headSchema.safeParse(input);
  const headFaults = head.success ? [] : zodFaults(head.error.issues, input, '');
  const parameters = parseList(listOf(input, 'parameters', LIMITS.parameters), parseParameter);
  const stepInputs = listOf(input, 'steps', LIMITS.steps);
  const steps = parseList(stepInputs.map(withDefaultsOfUpdate), parseStep);
  const faults = [
    ...headFaults,
    ...parameters.faults,
    ...parameterRules(parameters),
    ...steps.faults,
    ...stepRules(steps, namesOf(stepInputs), parameters),
  ];
  if (!head.success || faults.length > 0) return failed(faults);
  const pkg: DeploymentPackage = { ...head.data, parameters: values(parameters), steps: values(steps) };
  return { ok: true, package: pkg, warnings: packageWarnings(pkg) };
}

function failed(faults: readonly Fault[]): PackageParsing {
  if (faults.length <= MAX_FAULTS) return { ok: false, faults, warnings: [] };
  const more = fault('too-many-faults', '', `${faults.length - MAX_FAULTS} more faults are not listed`);
  return { ok: false, faults: [...faults.slice(0, MAX_FAULTS), more], warnings: [] };
}

/** A list in the file; none when it is missing, of another type or too long, which the head's schema reports. */
function listOf(input: object, field: 'steps' | 'parameters', max: number): readonly unknown[] {
  const list: unknown = Object.hasOwn(input, field) ? Reflect.get(input, field) : undefined;
  return Array.isArray(list) && list.length <= max ? list : [];
}

type ParseElement<T> = (
  input: unknown,
  index: number,
) => { readonly value: T } | { readonly faults: Fault[] };

function parseList<T>(inputs: readonly unknown[], parse: ParseElement<T>): ParsedList<T> {
  const items: Parsed<T>[] = [];
  const faults: Fault[] = [];
  for (const [index, input] of inputs.entries()) {
    const result = parse(input, index);
    if ('value' in result) items.push({ index, value: result.value });
    else faults.push(...result.faults);
  }
  return { items, faults };
}

const parseParameter: ParseElement<PackageParameter> = (input, index) => {
  const result = parameterSchema.safeParse(input);
  if (result.success) return { value: result.data };
  return { faults: zodFaults(result.error.issues, input, pointerTo('parameters', index)) };
};

const parseStep: ParseElement<PackageStep> = (input, index) => {
  const oversize = conditionSizeFaults(input, index);
  if (oversize.length > 0) return { faults: oversize };
  const result = stepSchema.safeParse(input);
  if (result.success) return { value: result.data };
  const { issues } = result.error;
  const faults = zodFaults(issues, input, pointerTo('steps', index));
  return { faults: isOfUnknownType(issues) ? [...faults, ...commonFaults(input, index)] : faults };
};

function values<T>(list: ParsedList<T>): T[] {
  return list.items.map((item) => item.value);
}

function isOfUnknownType(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.some((issue) => issue.code === 'invalid_union' && issue.path[0] === 'type');
}

/** A step whose type is not known gets no faults for its other fields from the union; this adds them. */
function commonFaults(input: unknown, index: number): Fault[] {
  const common = anyStepSchema.safeParse(input);
  return common.success ? [] : zodFaults(common.error.issues, input, pointerTo('steps', index));
}

/** Every step name that can be read, also of steps that have faults: jumps to them are not faults of their own. */
function namesOf(inputs: readonly unknown[]): NamedItem[] {
  return inputs.flatMap((input, index) => {
    const name: unknown =
      typeof input === 'object' && input !== null ? Reflect.get(input, 'name') : undefined;
    return typeof name === 'string' && name.trim() !== '' ? [{ index, name }] : [];
  });
}

function parameterRules({ items }: ParsedList<PackageParameter>): Fault[] {
  const names = items.map(({ index, value }) => ({ index, name: value.name }));
  return [...duplicateNames('parameters', names), ...parameterFaults(items)];
}

function stepRules(
  steps: ParsedList<PackageStep>,
  names: readonly NamedItem[],
  parameters: ParsedList<PackageParameter>,
): Fault[] {
  const declared = values(parameters);
  return [
    ...duplicateNames('steps', names),
    ...steps.items.flatMap(({ index, value }) => [
      ...jumpFaults(value, index, names),
      ...stepTextFaults(value, index, declared),
    ]),
    ...slowPatternFaults(steps.items.flatMap(({ index, value }) => conditionsOf(value, index))),
  ];
}

/** Every condition of a step, wherever it stands in it. */
function conditionsOf(step: PackageStep, index: number): PlacedCondition[] {
  const pointer = pointerInto(index);
  if (step.type === 'condition') return [{ condition: step, pointer }];
  if (step.type !== 'installer' || step.detect === null) return [];
  return [{ condition: step.detect, pointer: (...at) => pointer('detect', ...at) }];
}
