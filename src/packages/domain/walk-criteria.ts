import type { Truth } from './condition/comparison.js';
import { isMet, truthOf } from './condition/evaluate-condition.js';
import type { PlanCondition, PlanCriterion } from './condition/plan-condition.js';
import type { PlanStep } from './execution-plan.js';
import { computeVerdict, type StepVerdict } from './verdict.js';

/** What the runner says of one criterion. */
export interface StepCriterion {
  readonly type: 'step.criterion';
  readonly index: number;
  readonly criterion: number;
  readonly found: readonly string[];
  readonly met: boolean;
  readonly problem: string | null;
}

/** The criteria that a step evaluates: those of its condition, or of what it detects; null when it has none. */
export function conditionOf({ launch, detect }: PlanStep): PlanCondition | null {
  return launch.form === 'condition' ? launch.condition : detect;
}

export interface CriterionReading {
  /** What is known of the step's criteria so far, in order. */
  readonly truths: readonly Truth[];
  /** What contradicts the plan; null when nothing does. */
  readonly disagreement: string | null;
}

/** Reads one criterion: each attempt of a step evaluates all of them, from the first to the last. */
export function readCriterion(
  step: PlanStep,
  before: readonly Truth[],
  event: StepCriterion,
): CriterionReading {
  const { index, criterion: place, met } = event;
  const truths = place === 0 ? [] : before;
  const criterion = conditionOf(step)?.criteria[place];
  if (criterion === undefined || place !== truths.length) {
    return { truths: before, disagreement: `Step ${index} has no criterion ${place}, or not there` };
  }
  const truth = ownTruth(criterion, event);
  const disagreement =
    (truth === true) === met
      ? null
      : `Criterion ${place} of step ${index} is ${met ? 'not ' : ''}met by what was found, the journal says otherwise`;
  return { truths: [...truths, truth], disagreement };
}

/** A pattern that takes too long here is left to the runner, which has a limit of its own. */
function ownTruth(criterion: PlanCriterion, event: StepCriterion): Truth {
  const truth = truthOf(criterion, event);
  const isLeftToRunner = truth === null && event.problem === null && criterion.operator === 'matches';
  return isLeftToRunner ? event.met : truth;
}

/** The end of a step that was not ended from outside, by what is known of its criteria. */
export interface OwnEnd {
  readonly verdict: StepVerdict;
  readonly disagreement: string | null;
}

/** Computes verdict and return code of a step from its criteria. Without any, the return code alone decides. */
export function ownEnd(step: PlanStep, returnCode: number | null, truths: readonly Truth[]): OwnEnd {
  const condition = conditionOf(step);
  if (condition === null) return { verdict: computeVerdict(step, returnCode), disagreement: null };
  const disagreement =
    truths.length === condition.criteria.length
      ? null
      : `Step ${step.index} ended after ${truths.length} of ${condition.criteria.length} criteria`;
  const met = isMet(condition, truths);
  if (step.launch.form !== 'condition') {
    return { verdict: met ? 'skipped' : computeVerdict(step, returnCode), disagreement };
  }
  const code = met ? 0 : 1;
  const other = `Step ${step.index} returned ${returnCode ?? 'no code'}, by what was found it is ${code}`;
  return {
    verdict: computeVerdict(step, code),
    disagreement: disagreement ?? (returnCode === code ? null : other),
  };
}
