import type { FailureReason } from '../deployments/domain/failure-reason.js';
import type { Outcome } from '../deployments/domain/outcome.js';
import type { ExecutionPlan } from '../packages/domain/execution-plan.js';
import type { PlanWalk } from '../packages/domain/outcome.js';
import { returnCodeMeaning } from '../packages/domain/return-codes.js';
import type { OperationLine } from '../target/operation-output.js';

/** What `run.finished` says. */
export interface Ending {
  readonly outcome: Outcome;
  readonly failureReason: FailureReason | null;
  readonly failureDetail: string;
}

export type EndedReason = Extract<OperationLine, { op: 'ended' }>['reason'];

/** What is known when the target's follower has said its last word. */
export interface Evidence {
  readonly reason: Exclude<EndedReason, 'stale-epoch'>;
  /** The follower's own words. */
  readonly detail: string;
  readonly plan: ExecutionPlan;
  readonly walk: PlanWalk;
  /** What the runner said in `run.completed`; empty before. */
  readonly runnerDetail: string;
  /** Whether this run is known to have been on the target: it was attached to, or runner events are recorded. */
  readonly wasThere: boolean;
}

/** How a run ended, from the evidence alone. Pure. */
export function conclude(evidence: Evidence): Ending {
  const { walk } = evidence;
  if (walk.disagreement !== null) return unknown('journal-conflict', walk.disagreement);
  // The runner had finished; what happened to machine or task afterwards does not change how the run ended.
  if (walk.outcome !== null) return completed(evidence);
  switch (evidence.reason) {
    case 'journal-complete':
      return unknown('journal-conflict', 'The journal ends without run.completed');
    case 'rebooted':
      return { outcome: 'interrupted', failureReason: 'target-rebooted', failureDetail: where(evidence) };
    case 'runner-gone':
      return { outcome: 'interrupted', failureReason: 'runner-gone', failureDetail: where(evidence) };
    case 'task-time-limit':
      return { outcome: 'timed-out', failureReason: 'task-time-limit', failureDetail: where(evidence) };
    case 'tombstone':
      return unknown('tombstone-only', evidence.detail);
    case 'nothing-there':
      return evidence.wasThere ? unknown('nothing-on-target', evidence.detail) : neverStarted();
  }
}

function completed({ walk, plan, runnerDetail }: Evidence): Ending {
  const outcome = walk.outcome ?? 'unknown';
  const failureDetail = walk.failureReason === 'step-failed' ? stepFailure(plan, walk) : runnerDetail;
  return { outcome, failureReason: walk.failureReason, failureDetail };
}

function stepFailure(plan: ExecutionPlan, walk: PlanWalk): string {
  const name = nameOfStep(plan, walk.lastStep);
  const type = plan.steps[walk.lastStep ?? 0]?.type ?? 'command';
  if (walk.returnCode === null) return `Step ${name} ended without a return code`;
  const meaning = returnCodeMeaning(walk.returnCode, type);
  return `Step ${name} returned ${walk.returnCode}${meaning ? `: ${meaning}` : ''}`;
}

function where({ plan, walk, detail }: Evidence): string {
  const step = walk.running ?? walk.lastStep;
  const place = step === null ? 'before its first step' : `at step ${nameOfStep(plan, step)}`;
  return `It was ${place}. ${detail}`.trim();
}

function nameOfStep(plan: ExecutionPlan, index: number | null): string {
  return index === null ? 'none' : `${index + 1} "${plan.steps[index]?.name ?? '?'}"`;
}

function unknown(failureReason: FailureReason, failureDetail: string): Ending {
  return { outcome: 'unknown', failureReason, failureDetail };
}

function neverStarted(): Ending {
  const failureDetail =
    'The last moment to start had passed before the target could be asked, and nothing of the run is there';
  return { outcome: 'expired', failureReason: 'start-expired', failureDetail };
}

/** How a run ends whose start the target refused: nothing ran. */
export function concludeRefusal(reason: string, detail: string): Ending {
  if (reason === 'start-expired')
    return { outcome: 'expired', failureReason: 'start-expired', failureDetail: detail };
  const known = REFUSALS.find((refusal) => refusal === reason);
  if (known) return { outcome: 'blocked', failureReason: known, failureDetail: detail };
  return { outcome: 'blocked', failureReason: 'script-blocked', failureDetail: `${reason}: ${detail}` };
}

const REFUSALS: readonly FailureReason[] = [
  'access-denied',
  'powershell-too-old',
  'run-folder-unsafe',
  'script-blocked',
  'task-did-not-start',
];
