import type { Fault } from '../../shared/errors.js';
import { Secret } from '../../shared/secret.js';
import type { PackageParameter } from './deployment-package.js';
import { describeValue, fault, oneOf, pointerTo, quote } from './faults.js';
import { dangerousCharacter, isPlainLine, nameCharacter } from './plain-text.js';
import { LIMITS } from './schema-fields.js';
import { matchPattern } from './value-pattern.js';

/** Longest secret: what one environment variable and the encrypted hand-over carry without trouble. */
const MAX_SECRET_CHARACTERS = 4096;

/** What a deployment gives: by parameter name (upper and lower case being the same), text or, for a secret, a `Secret`. */
export type GivenParameters = Readonly<Record<string, unknown>>;

/** The values of one deployment: each parameter is in one of the two maps, by its name in the package. */
export class ResolvedParameters {
  constructor(
    readonly values: ReadonlyMap<string, string>,
    readonly secrets: ReadonlyMap<string, Secret>,
  ) {}
}

export type ParameterResolution =
  | { readonly ok: true; readonly parameters: ResolvedParameters }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Joins what a deployment gives with the package's defaults and checks every value (DESIGN section 4). Answers every
 * fault at once; their pointers begin with `base` (`/parameters/EDITION`). No fault repeats a secret's value.
 */
export function resolveParameters(
  declared: readonly PackageParameter[],
  given: GivenParameters,
  base = '/parameters',
): ParameterResolution {
  const byName = new Map(Object.keys(given).map((key) => [key.toUpperCase(), key]));
  const faults = [...unknownParameters(declared, given, base), ...doubledParameters(given, base)];
  const values = new Map<string, string>();
  const secrets = new Map<string, Secret>();
  for (const parameter of declared) {
    const key = byName.get(parameter.name);
    const pointer = base + pointerTo(key ?? parameter.name);
    const value = key === undefined ? parameter.default : given[key];
    const problem = valueFault(parameter, value, pointer);
    if (problem) faults.push(problem);
    else if (value instanceof Secret) secrets.set(parameter.name, value);
    else if (parameter.secret) secrets.set(parameter.name, new Secret(String(value)));
    else values.set(parameter.name, String(value));
  }
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, parameters: new ResolvedParameters(values, secrets) };
}

function unknownParameters(
  declared: readonly PackageParameter[],
  given: GivenParameters,
  base: string,
): Fault[] {
  const names = declared.map((parameter) => parameter.name);
  const known = names.length > 0 ? `it has ${names.slice(0, 20).join(', ')}` : 'it has none';
  return Object.keys(given)
    .filter((key) => !names.includes(key.toUpperCase()))
    .map((key) =>
      fault(
        'unknown-parameter',
        base + pointerTo(key),
        `The package has no parameter ${quote(key)}; ${known}`,
      ),
    );
}

function doubledParameters(given: GivenParameters, base: string): Fault[] {
  const seen = new Set<string>();
  return Object.keys(given).flatMap((key) => {
    const name = key.toUpperCase();
    if (seen.has(name))
      return [fault('duplicate-name', base + pointerTo(key), `Parameter ${quote(name)} is given twice`)];
    seen.add(name);
    return [];
  });
}

/** What is wrong with one parameter's value; undefined when nothing is. */
function valueFault(parameter: PackageParameter, value: unknown, pointer: string): Fault | undefined {
  if (value === null || value === undefined) {
    return fault('parameter-missing', pointer, `Parameter ${parameter.name} has no default: give a value`);
  }
  if (parameter.secret) return secretFault(parameter, value, pointer);
  if (typeof value !== 'string') {
    const found = value instanceof Secret ? 'a secret' : describeValue(value);
    return fault(
      'wrong-type',
      pointer,
      `The value of ${parameter.name} is text in quotation marks, found ${found}`,
    );
  }
  return textFault(parameter, value, pointer);
}

function secretFault(parameter: PackageParameter, value: unknown, pointer: string): Fault | undefined {
  const text = value instanceof Secret ? value.reveal() : value;
  if (typeof text !== 'string')
    return fault('wrong-type', pointer, `The value of ${parameter.name} is text in quotation marks`);
  if (text === '') return fault('empty-text', pointer, `The secret ${parameter.name} may not be empty`);
  if (text.length > MAX_SECRET_CHARACTERS) {
    return fault(
      'text-too-long',
      pointer,
      `The secret ${parameter.name} is longer than ${MAX_SECRET_CHARACTERS} characters`,
    );
  }
  if (text.includes('\0'))
    return fault('value-refused', pointer, `The secret ${parameter.name} may not hold U+0000`);
  return patternFault(parameter, text, pointer);
}

/** The rules of a value that is substituted into text; also used for a parameter's default. */
export function textFault(parameter: PackageParameter, value: string, pointer: string): Fault | undefined {
  if (value.length > LIMITS.valueCharacters) {
    return fault(
      'text-too-long',
      pointer,
      `The value of ${parameter.name} is longer than ${LIMITS.valueCharacters} characters`,
    );
  }
  if (parameter.enum) {
    if (parameter.enum.includes(value)) return undefined;
    return fault(
      'not-in-enum',
      pointer,
      `Expected ${oneOf(parameter.enum.slice(0, 20))}, found ${quote(value)}`,
    );
  }
  if (parameter.pattern !== null)
    return controlFault(parameter, value, pointer) ?? patternFault(parameter, value, pointer);
  return characterFault(parameter, value, pointer);
}

/** A pattern may allow what the character rule forbids, but never a line break or another control character. */
function controlFault(parameter: PackageParameter, value: string, pointer: string): Fault | undefined {
  if (isPlainLine(value)) return undefined;
  return fault(
    'value-refused',
    pointer,
    `The value of ${parameter.name} is one line without control characters`,
  );
}

function patternFault(parameter: PackageParameter, value: string, pointer: string): Fault | undefined {
  if (parameter.pattern === null) return undefined;
  const match = matchPattern(parameter.pattern, value);
  if (match === 'match') return undefined;
  if (match === 'too-slow') {
    const detail = `Matching ${parameter.name} against its pattern takes too long; the package's author should simplify the pattern`;
    return fault('pattern-too-slow', pointer, detail);
  }
  return fault(
    'pattern-mismatch',
    pointer,
    `The value of ${parameter.name} does not match ${parameter.pattern}`,
  );
}

function characterFault(parameter: PackageParameter, value: string, pointer: string): Fault | undefined {
  const character = dangerousCharacter(value);
  if (character === undefined) return undefined;
  const detail = `The value of ${parameter.name} holds the character ${nameCharacter(character)}, which could start another command; the package's author can allow it with a pattern or an enum`;
  return fault('value-refused', pointer, detail);
}
