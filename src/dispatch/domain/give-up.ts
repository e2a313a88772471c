import type { ExecutionPlan } from '../../packages/domain/execution-plan.js';

/** A target that stays away this long after the run must have ended is given up: outcome unknown. */
export const GIVE_UP_AFTER_SECONDS = 24 * 3600;

/** From when on a run that nobody can ask about is given up. `from`: when it started, or could have at the latest. */
export function givenUpAt(from: Date, { maxDurationSeconds, finalAction }: ExecutionPlan): Date {
  const seconds = maxDurationSeconds + finalAction.waitSeconds + GIVE_UP_AFTER_SECONDS;
  return new Date(from.getTime() + seconds * 1000);
}
