import type { Fault } from '../../shared/errors.js';
import type { PackageParameter } from './deployment-package.js';
import { fault, pointerTo, quote } from './faults.js';
import { textFault } from './parameters.js';
import { stepKey } from './step-graph.js';
import type { PackageStep } from './steps/step-types.js';
import { BUILT_IN_TOKENS } from './tokens.js';
import { isSlowPattern, patternProblem } from './value-pattern.js';

/** A step's place in the file and what could be read of it. */
export interface NamedItem {
  readonly index: number;
  readonly name: string;
}

/** One fault for every name that an earlier one has taken, upper and lower case being the same. */
export function duplicateNames(list: 'steps' | 'parameters', items: readonly NamedItem[]): Fault[] {
  const first = new Map<string, number>();
  return items.flatMap(({ index, name }) => {
    const taken = first.get(stepKey(name));
    if (taken === undefined) {
      first.set(stepKey(name), index);
      return [];
    }
    const detail = `The name ${quote(name)} is taken by ${pointerTo(list, taken)}; names differ in more than upper and lower case`;
    return [fault('duplicate-name', pointerTo(list, index, 'name'), detail)];
  });
}

/** Jumps to steps that are not in the file. `names` holds every readable name, also of steps with other faults. */
export function jumpFaults(step: PackageStep, index: number, names: readonly NamedItem[]): Fault[] {
  return (['onSuccess', 'onFailure'] as const).flatMap((field) => {
    const jump = step[field];
    if (typeof jump === 'string' || names.some(({ name }) => stepKey(name) === stepKey(jump.step))) return [];
    const detail = `There is no step named ${quote(jump.step)}; write the name of a step of this package`;
    return [fault('unknown-step', pointerTo('steps', index, field, 'step'), detail)];
  });
}

/**
 * The rules of the parameters' declarations (DESIGN section 4). Patterns are tried until one is too slow: each such
 * trial costs half a second in which nothing else is served.
 */
export function parameterFaults(parameters: readonly PlacedParameter[]): Fault[] {
  const faults: Fault[] = [];
  for (const { index, value } of parameters) {
    const isTried = !faults.some(({ code }) => code === 'pattern-too-slow');
    faults.push(...faultsOfParameter(value, index, isTried));
  }
  return faults;
}

interface PlacedParameter {
  readonly index: number;
  readonly value: PackageParameter;
}

function faultsOfParameter(parameter: PackageParameter, index: number, isTried: boolean): Fault[] {
  const at = (field: string) => pointerTo('parameters', index, field);
  const isReserved = BUILT_IN_TOKENS.some((token) => token.toUpperCase() === parameter.name);
  return [
    ...(isReserved
      ? [fault('reserved-name', at('name'), `{${parameter.name}} is a token of Winch; choose another name`)]
      : []),
    ...(isTried || parameter.pattern === null ? patternFaults(parameter, at) : []),
    ...secretFaults(parameter, at),
  ];
}

function patternFaults(parameter: PackageParameter, at: (field: string) => string): Fault[] {
  if (parameter.pattern === null) return defaultFaults(parameter, at('default'));
  if (parameter.enum) return [fault('pattern-and-enum', at('enum'), 'Give a pattern or an enum, not both')];
  const problem = patternProblem(parameter.pattern);
  if (problem !== null)
    return [
      fault('bad-pattern', at('pattern'), `This is not a regular expression: ${problem.slice(0, 300)}`),
    ];
  if (isSlowPattern(parameter.pattern)) {
    const detail =
      'This pattern can take hours on a short text; avoid a repetition inside a repetition, such as (a+)+';
    return [fault('pattern-too-slow', at('pattern'), detail)];
  }
  return defaultFaults(parameter, at('default'));
}

function defaultFaults(parameter: PackageParameter, pointer: string): Fault[] {
  if (parameter.default === null || parameter.secret) return [];
  const problem = textFault(parameter, parameter.default, pointer);
  return problem ? [fault('bad-default', pointer, problem.detail)] : [];
}

function secretFaults(parameter: PackageParameter, at: (field: string) => string): Fault[] {
  if (!parameter.secret) return [];
  const hasDefault = parameter.default !== null;
  return [
    ...(hasDefault
      ? [
          fault(
            'secret-with-default',
            at('default'),
            'A secret has no default: everyone who may read the package would see it',
          ),
        ]
      : []),
    ...(parameter.enum
      ? [
          fault(
            'secret-with-enum',
            at('enum'),
            'A secret has no enum: everyone who may read the package would see it',
          ),
        ]
      : []),
  ];
}
