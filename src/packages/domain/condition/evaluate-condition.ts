import { anyOf, compareFound, negate, type Truth } from './comparison.js';
import type { PlanCondition, PlanCriterion, PlanRule } from './plan-condition.js';

/** What the runner found for one criterion. */
export interface FoundValues {
  /** Empty when it is not there. */
  readonly found: readonly string[];
  /** Why the criterion could not be evaluated; null when it could. */
  readonly problem: string | null;
}

/** What the found values say of a criterion, computed here; null when it could not be evaluated. */
export function truthOf(criterion: PlanCriterion, { found, problem }: FoundValues): Truth {
  return problem === null ? compareFound(criterion, found) : null;
}

/**
 * Joins the truths of the criteria. What cannot be told stays so through `not`, and through `all` and `any` unless
 * another criterion decides: a condition is met only when it is certain.
 * Keep in step with src/target/runner/condition.ps1 (Join-Truth).
 */
export function joinTruths(rule: PlanRule, truths: readonly Truth[]): Truth {
  if (typeof rule === 'number') return truths[rule] ?? null;
  if ('not' in rule) return negate(joinTruths(rule.not, truths));
  if ('any' in rule) return anyOf(rule.any.map((part) => joinTruths(part, truths)));
  return negate(anyOf(rule.all.map((part) => negate(joinTruths(part, truths)))));
}

/** Whether a condition is met: what cannot be told is not. */
export function isMet(condition: PlanCondition, truths: readonly Truth[]): boolean {
  return joinTruths(condition.rule, truths) === true;
}
