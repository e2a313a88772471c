import { describeCriterion, describeExpected } from '../../packages/domain/condition/describe-criterion.js';
import type { ExecutionPlan, PlanStep } from '../../packages/domain/execution-plan.js';

export type StepVerdict = 'success' | 'failure' | 'skipped' | 'timed-out' | 'cancelled';

/** One criterion of a condition, and what came of it. */
export interface CriterionRun {
  /** What it looks at: `file C:\\app.exe: version`. */
  readonly criterion: string;
  /** What is expected of it: `greaterOrEqual 24.9`. */
  readonly expected: string;
  /** What was found, several values with commas between; null when nothing is there, or not looked at yet. */
  readonly found: string | null;
  /** Null until it has been evaluated; false when it could not be. */
  readonly met: boolean | null;
  /** Why it could not be evaluated. */
  readonly reason: string | null;
}

/** One step inside a TargetRun. */
export interface StepRun {
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly state: 'pending' | 'running' | 'finished';
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Unsigned 32-bit; null while it runs, or when it did not end by itself. */
  readonly returnCode: number | null;
  readonly verdict: StepVerdict | null;
  /** Where the run went from here: a step's name, stop-success or stop-failure. */
  readonly next: string | null;
  readonly outputBytes: number;
  readonly outputTruncated: boolean;
  /** Why it could not run, or why it was skipped; empty otherwise. */
  readonly detail: string;
  /** Of a condition, or of an installer's `detect`. */
  readonly criteria: readonly CriterionRun[];
}

/** The steps of a plan before any has run. */
export function initialStepRuns(plan: ExecutionPlan): StepRun[] {
  return plan.steps.map((step) => ({
    index: step.index,
    name: step.name,
    type: step.type,
    state: 'pending',
    startedAt: null,
    finishedAt: null,
    returnCode: null,
    verdict: null,
    next: null,
    outputBytes: 0,
    outputTruncated: false,
    detail: '',
    criteria: initialCriteria(step),
  }));
}

function initialCriteria({ launch, detect }: PlanStep): CriterionRun[] {
  const condition = launch.form === 'condition' ? launch.condition : detect;
  return (condition?.criteria ?? []).map((criterion) => ({
    criterion: describeCriterion(criterion),
    expected: describeExpected(criterion),
    found: null,
    met: null,
    reason: null,
  }));
}
