import type { PlanJump, PlanStep } from './execution-plan.js';

/** What became of a step that was started; the journal's words (src/target/journal.ts). */
export type StepVerdict = 'success' | 'failure' | 'skipped' | 'timed-out' | 'cancelled';

type Codes = Pick<PlanStep, 'successCodes' | 'softRebootCodes' | 'hardRebootCodes' | 'retryCodes'>;

/** Success or failure: the success codes alone decide (DESIGN section 4). Null is a program that could not be started. */
export function computeVerdict(step: Codes, returnCode: number | null): 'success' | 'failure' {
  return returnCode !== null && step.successCodes.includes(returnCode) ? 'success' : 'failure';
}

/** Whether the step is tried again after this code. */
export function asksForRetry(step: Codes, returnCode: number | null): boolean {
  return (
    returnCode !== null && step.retryCodes.includes(returnCode) && !step.successCodes.includes(returnCode)
  );
}

/** Whether the code asks for a reboot, now or later. It counts whether or not the code is a success. */
export function asksForReboot(step: Codes, returnCode: number | null): boolean {
  if (returnCode === null) return false;
  return step.softRebootCodes.includes(returnCode) || step.hardRebootCodes.includes(returnCode);
}

/** Whether the machine is going down after this code: no further step starts. */
export function startsReboot(step: Codes, returnCode: number | null): boolean {
  return returnCode !== null && step.hardRebootCodes.includes(returnCode);
}

/** The jump that belongs to a verdict; null when the run ends there. A step's own time-out counts as its failure. */
export function computeJump(
  step: Pick<PlanStep, 'onSuccess' | 'onFailure'>,
  verdict: StepVerdict,
): PlanJump | null {
  if (verdict === 'success' || verdict === 'skipped') return step.onSuccess;
  return verdict === 'cancelled' ? null : step.onFailure;
}

/** Where the run really goes: the jump, but null when another step would follow a hard-reboot code. */
export function computeNext(
  step: PlanStep,
  verdict: StepVerdict,
  returnCode: number | null,
): PlanJump | null {
  const jump = computeJump(step, verdict);
  return typeof jump === 'number' && startsReboot(step, returnCode) ? null : jump;
}

/** The signed spelling of an unsigned 32-bit code: 4294967295 is -1. */
export function signedCode(unsigned: number): number {
  return unsigned | 0;
}
