import type { PlanJump, PlanStep } from '../../../../src/packages/domain/execution-plan.js';

/** How a step's program ended, before the plan is asked what that means. */
export type StepEnd =
  | { readonly kind: 'exited'; readonly returnCode: number }
  /** What it installs is there already. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'not-found'; readonly detail: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'maximum-duration' };

export type Verdict = 'success' | 'failure' | 'skipped' | 'timed-out' | 'cancelled';

const VERDICTS_WITHOUT_CODE = {
  skipped: 'skipped',
  'not-found': 'failure',
  'timed-out': 'timed-out',
  cancelled: 'cancelled',
  'maximum-duration': 'timed-out',
} as const satisfies Record<Exclude<StepEnd['kind'], 'exited'>, Verdict>;

/** `successCodes` alone decide (DESIGN section 4). */
export function verdictOf(step: PlanStep, end: StepEnd): Verdict {
  if (end.kind !== 'exited') return VERDICTS_WITHOUT_CODE[end.kind];
  return step.successCodes.includes(end.returnCode) ? 'success' : 'failure';
}

/** The jump that is taken, or null when the run ends at this step whatever the plan says. */
export function nextOf(step: PlanStep, end: StepEnd): PlanJump | null {
  if (end.kind === 'cancelled' || end.kind === 'maximum-duration') return null;
  const verdict = verdictOf(step, end);
  const next = verdict === 'success' || verdict === 'skipped' ? step.onSuccess : step.onFailure;
  return isHardReboot(step, end) && typeof next === 'number' ? null : next;
}

export function isHardReboot(step: PlanStep, end: StepEnd): boolean {
  return end.kind === 'exited' && step.hardRebootCodes.includes(end.returnCode);
}

export function isReboot(step: PlanStep, end: StepEnd): boolean {
  return isHardReboot(step, end) || (end.kind === 'exited' && step.softRebootCodes.includes(end.returnCode));
}

export function isRetry(step: PlanStep, returnCode: number): boolean {
  return step.retryCodes.includes(returnCode) && !step.successCodes.includes(returnCode);
}
