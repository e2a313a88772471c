import type { Fault } from '../../../shared/errors.js';
import { fault, quote } from '../faults.js';
import type { FaultContext } from '../steps/step-kind.js';
import { tokensIn } from '../tokens.js';
import type { Condition } from './criterion-schema.js';
import { lowerCondition, type LoweredCriterion } from './lower-condition.js';
import { isSlowSharedPattern, sharedPatternProblem } from './shared-pattern.js';
import { isVersion } from './version.js';

/** What is wrong with a condition's expected values. Patterns hold no tokens, so that they are looked at once. */
export function conditionFaults(condition: Condition, { pointer, isWritten }: FaultContext): Fault[] {
  return lowerCondition(condition).criteria.flatMap(({ criterion, at }) => {
    const { operator, valueType, expected } = criterion;
    if (operator === 'matches') return isWritten ? [] : patternFaults(expected, pointer(...at));
    const isOpen = !isWritten && tokensIn(expected).length > 0;
    if (valueType !== 'version' || !ORDERING.has(operator) || isOpen || isVersion(expected)) return [];
    const detail = `A version begins with numbers and dots, such as '24.9'; found ${quote(expected)}`;
    return [fault('bad-version', pointer(...at), detail)];
  });
}

const ORDERING = new Set(['equals', 'notEquals', 'lessThan', 'lessOrEqual', 'greaterThan', 'greaterOrEqual']);

function patternFaults(pattern: string, pointer: string): Fault[] {
  const problem = sharedPatternProblem(pattern);
  if (problem === null) return [];
  return [fault('bad-pattern', pointer, `This is no pattern that a condition can use: ${problem}`)];
}

/** A condition with the way to its places. */
export interface PlacedCondition {
  readonly condition: Condition;
  readonly pointer: FaultContext['pointer'];
}

/**
 * The first pattern that shows to be slow. Each such trial costs half a second in which nothing else is served, so that
 * those after it are not tried.
 */
export function slowPatternFaults(conditions: readonly PlacedCondition[]): Fault[] {
  for (const { condition, pointer } of conditions) {
    const slow = lowerCondition(condition).criteria.find(isSlow);
    if (slow !== undefined) {
      const detail =
        'This pattern can take hours on a short text; avoid a repetition inside a repetition, such as (a+)+';
      return [fault('pattern-too-slow', pointer(...slow.at), detail)];
    }
  }
  return [];
}

function isSlow({ criterion: { operator, expected } }: LoweredCriterion): boolean {
  return operator === 'matches' && sharedPatternProblem(expected) === null && isSlowSharedPattern(expected);
}
