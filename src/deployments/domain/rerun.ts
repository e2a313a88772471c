import type { PackageParameter } from '../../packages/domain/deployment-package.js';
import type { ExecutionPlan, PlanJump } from '../../packages/domain/execution-plan.js';
import type { Fault } from '../../shared/errors.js';
import type { FailureReason } from './failure-reason.js';
import { isSuccess, type Outcome } from './outcome.js';
import type { StepRun } from './step-run.js';

/** Which finished runs are run again: all, or those that were no success (never started ones included). */
export const RERUN_SELECTIONS = ['failed', 'all'] as const;
export type RerunSelection = (typeof RERUN_SELECTIONS)[number];

/** Where a rerun begins: as the package says, or where the earlier run got stuck. */
export const RERUN_BEGINNINGS = ['start', 'failed-step'] as const;
export type RerunBeginning = (typeof RERUN_BEGINNINGS)[number];

/** What is ordered when a deployment is run again. Everything else is as it was. */
export interface RerunOrder {
  readonly only: RerunSelection;
  readonly from: RerunBeginning;
  /** Only runs that ended for one of these; undefined: for whatever reason. */
  readonly failureReasons?: readonly FailureReason[] | undefined;
  /** The secret parameters: a finished deployment no longer holds them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Undefined: 24 hours after the order. */
  readonly expiresAt: string | undefined;
}

/** A finished run, as much of it as a rerun looks at. */
export interface EarlierRun {
  readonly outcome: Outcome | null;
  readonly failureReason: FailureReason | null;
  readonly steps: readonly StepRun[];
}

export function isSelected(
  { outcome, failureReason }: Pick<EarlierRun, 'outcome' | 'failureReason'>,
  { only, failureReasons }: Pick<RerunOrder, 'only' | 'failureReasons'>,
): boolean {
  if (outcome === null || (only === 'failed' && isSuccess(outcome))) return false;
  return failureReasons === undefined || (failureReason !== null && failureReasons.includes(failureReason));
}

/**
 * Where the plan of a rerun begins. `plan` is of the same revision, so its indexes are those of the earlier steps.
 *
 * From `failed-step`: a run that was a success, or that never started a step, begins at the start. One that was cut off
 * in a step begins with that step, one cut off between two steps with the step that was due. Otherwise it begins with
 * the step that failed last: what ran after it (a step that tidies up, then stops) was its consequence.
 */
export function rerunStart(
  plan: ExecutionPlan,
  earlier: Pick<EarlierRun, 'outcome' | 'steps'>,
  from: RerunBeginning,
): PlanJump {
  if (from === 'start' || earlier.outcome === null || isSuccess(earlier.outcome)) return plan.start;
  const ran = earlier.steps.filter((step) => step.startedAt !== null).toSorted(byStart);
  const last = ran.at(-1);
  if (!last) return plan.start;
  if (last.verdict !== 'success') return last.index;
  if (earlier.outcome !== 'failed') return stepDueAfter(plan, last.index);
  return (ran.findLast((step) => step.verdict !== 'success') ?? last).index;
}

/** Steps that began in the same instant did so in the order of the package. */
function byStart(a: StepRun, b: StepRun): number {
  return (a.startedAt ?? '').localeCompare(b.startedAt ?? '') || a.index - b.index;
}

function stepDueAfter(plan: ExecutionPlan, index: number): PlanJump {
  const due = plan.steps[index]?.onSuccess;
  return typeof due === 'number' ? due : index;
}

/** The parameters of a rerun: the values of before, and the secrets, which only the order can give. */
export type RerunParameters =
  | { readonly ok: true; readonly parameters: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export function rerunParameters(
  declared: readonly PackageParameter[],
  earlier: Readonly<Record<string, string>>,
  given: Readonly<Record<string, unknown>>,
): RerunParameters {
  const faults = [...missingSecrets(declared, given), ...otherValues(declared, given)];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, parameters: { ...earlier, ...given } };
}

function missingSecrets(
  declared: readonly PackageParameter[],
  given: Readonly<Record<string, unknown>>,
): Fault[] {
  const names = new Set(Object.keys(given).map((name) => name.toUpperCase()));
  const missing = declared.filter((parameter) => parameter.secret && !names.has(parameter.name));
  return missing.map(({ name }) => ({
    pointer: `/parameters/${name}`,
    code: 'parameter-missing',
    detail: `${name} is secret, and secrets are forgotten when a deployment has finished: give its value again`,
  }));
}

function otherValues(
  declared: readonly PackageParameter[],
  given: Readonly<Record<string, unknown>>,
): Fault[] {
  const plain = new Set(declared.filter((parameter) => !parameter.secret).map((parameter) => parameter.name));
  const refused = Object.keys(given).filter((name) => plain.has(name.toUpperCase()));
  return refused.map((name) => ({
    pointer: `/parameters/${name}`,
    code: 'not-allowed',
    detail: `A rerun has the values of before: leave ${name} out, or order a new deployment with another value`,
  }));
}
