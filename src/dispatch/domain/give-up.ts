import type { ExecutionPlan } from '../../packages/domain/execution-plan.js';

/** A target that stays away this long after the run must have ended is given up: outcome unknown. */
const GIVE_UP_AFTER_SECONDS = 24 * 3600;

/** A run, as much of it as the question needs. */
export interface GivenUpRun {
  readonly startedAt: string | null;
  /** The last moment in which it could have started. */
  readonly expiresAt: string;
  readonly plan: Pick<ExecutionPlan, 'maxDurationSeconds' | 'finalAction'>;
}

/** From when on a run that nobody can ask about is given up. */
export function givenUpAt({ startedAt, expiresAt, plan }: GivenUpRun): Date {
  const { maxDurationSeconds, finalAction } = plan;
  const seconds = maxDurationSeconds + finalAction.waitSeconds + GIVE_UP_AFTER_SECONDS;
  return new Date(Date.parse(startedAt ?? expiresAt) + seconds * 1000);
}
