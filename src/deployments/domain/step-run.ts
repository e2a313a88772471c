import type { ExecutionPlan } from '../../packages/domain/execution-plan.js';

export type StepVerdict = 'success' | 'failure' | 'skipped' | 'timed-out' | 'cancelled';

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
  }));
}
