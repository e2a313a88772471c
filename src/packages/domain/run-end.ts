import type { ExecutionPlan } from './execution-plan.js';

/** How a run can end on its target (docs/developing/journal.md); part of the public list of outcomes. */
export const RUN_OUTCOMES = [
  'succeeded',
  'succeeded-reboot-required',
  'failed',
  'timed-out',
  'cancelled',
  'interrupted',
] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** The failure reasons that a journal can show; part of the public list (src/deployments/domain/failure-reason.ts). */
export const WALK_FAILURE_REASONS = [
  'step-failed',
  'step-timed-out',
  'program-not-found',
  'program-not-startable',
  'secrets-not-delivered',
  'share-unreachable',
  'share-access-denied',
  'share-logon-refused',
  'share-session-conflict',
  'maximum-duration',
  'cancelled',
  'reboot-started-by-step',
  'runner-error',
] as const;
export type WalkFailureReason = (typeof WALK_FAILURE_REASONS)[number];

export interface RunResult {
  readonly outcome: RunOutcome;
  readonly failureReason: WalkFailureReason | null;
}

const TIMED_OUT: RunResult = { outcome: 'timed-out', failureReason: 'maximum-duration' };
const CANCELLED: RunResult = { outcome: 'cancelled', failureReason: 'cancelled' };

/** What of a walk (`PlanWalk`) decides how the run ended. */
interface WalkedSoFar {
  readonly end: 'stop-success' | 'stop-failure' | 'hard-reboot' | 'timed-out' | 'cancelled' | null;
  readonly lastStep: number | null;
  readonly rebootAfterSuccess: boolean;
  readonly stepFailure: WalkFailureReason | null;
}

/** The result that follows from where the walk ended; null while it has not. */
export function outcomeOfEnd(walk: WalkedSoFar): RunResult | null {
  switch (walk.end) {
    case 'stop-success':
      return {
        outcome: walk.rebootAfterSuccess ? 'succeeded-reboot-required' : 'succeeded',
        failureReason: null,
      };
    case 'stop-failure':
      return { outcome: 'failed', failureReason: walk.stepFailure ?? 'step-failed' };
    case 'hard-reboot':
      return { outcome: 'interrupted', failureReason: 'reboot-started-by-step' };
    case 'timed-out':
      return TIMED_OUT;
    case 'cancelled':
      return CANCELLED;
    case null:
      break;
  }
  return null;
}

interface Claim {
  readonly outcome: RunOutcome;
  readonly failureReason: string | null;
}

interface ClaimContext {
  readonly walk: WalkedSoFar;
  readonly plan: ExecutionPlan;
}

/**
 * The result of what only the runner can know and no one can recompute: that the time was up or the cancel flag
 * was found between two steps, that secrets or share were not to be had, that it met an error of its own. Null: not such a claim.
 */
export function runnersOwnResult(claim: Claim, { walk, plan }: ClaimContext): RunResult | null {
  const wasEnded = walk.end === 'timed-out' || walk.end === 'cancelled' || walk.end === 'hard-reboot';
  if (claim.outcome === 'timed-out' && !wasEnded) return TIMED_OUT;
  if (claim.outcome === 'cancelled' && !wasEnded) return CANCELLED;
  if (claim.outcome !== 'failed') return null;
  if (claim.failureReason === 'runner-error') return { outcome: 'failed', failureReason: 'runner-error' };
  const reason = reasonsBeforeSteps(plan).find((each) => each === claim.failureReason);
  return reason === undefined || walk.lastStep !== null ? null : { outcome: 'failed', failureReason: reason };
}

/** What can keep a runner from starting the first step of this plan. */
function reasonsBeforeSteps(plan: ExecutionPlan): readonly WalkFailureReason[] {
  return [
    ...(plan.secretNames.length > 0 ? (['secrets-not-delivered'] as const) : []),
    ...(plan.share === null ? [] : SHARE_REASONS),
  ];
}

const SHARE_REASONS = [
  'share-unreachable',
  'share-access-denied',
  'share-logon-refused',
  'share-session-conflict',
] as const satisfies readonly WalkFailureReason[];

/** Whether the final action runs, or why it is skipped (DESIGN section 4, the table of outcomes). */
export function finalActionRule(
  plan: Pick<ExecutionPlan, 'finalAction'>,
  outcome: RunOutcome,
  rebootRequired: boolean,
): 'run' | 'none' | 'not-required' | 'cancelled' | 'interrupted' {
  if (plan.finalAction.action === 'none') return 'none';
  if (outcome === 'cancelled' || outcome === 'interrupted') return outcome;
  return plan.finalAction.when === 'always' || rebootRequired ? 'run' : 'not-required';
}
