import { z } from 'zod';
import type { ExecutionPlan, PlanStep } from './execution-plan.js';
import {
  finalActionRule,
  runnersOwnResult,
  outcomeOfEnd,
  RUN_OUTCOMES,
  WALK_FAILURE_REASONS,
  type RunOutcome,
} from './run-end.js';
import { asksForReboot, asksForRetry, computeNext, type StepVerdict } from './verdict.js';
import { ownEnd, type OwnEnd, readCriterion, type StepCriterion } from './walk-criteria.js';

const index = z.number().int().min(0);
const returnCode = z.number().int().min(0).max(0xffff_ffff);

/**
 * How far the journal of a run has walked through its plan: plain JSON, kept per run and carried in a job, so
 * that whoever follows on can go on checking. Our own reading; what the journal claims is only compared with it.
 */
export const planWalkSchema = z.strictObject({
  /** The step that must start next; null when none may. */
  expected: index.nullable(),
  running: index.nullable(),
  /** What is known of the criteria of the running step, in order; null: it could not be evaluated. */
  truths: z.array(z.boolean().nullable()).default([]),
  /** The last step that was started. */
  lastStep: index.nullable(),
  /** Of the last step that ended; null when it did not end by itself. */
  returnCode: returnCode.nullable(),
  /** Whether a code asked for a reboot, as success or not. */
  rebootRequired: z.boolean(),
  /** Whether such a code was a success. */
  rebootAfterSuccess: z.boolean(),
  /** Where the walk ended; null while it goes on. */
  end: z.enum(['stop-success', 'stop-failure', 'hard-reboot', 'timed-out', 'cancelled']).nullable(),
  /** Why the last step that failed did. */
  stepFailure: z.enum(WALK_FAILURE_REASONS).nullable(),
  /** Set by `run.completed`. */
  outcome: z.enum(RUN_OUTCOMES).nullable(),
  failureReason: z.enum(WALK_FAILURE_REASONS).nullable(),
  /** Whether the journal's last line has been read. */
  closed: z.boolean(),
  /** The first contradiction between the journal and the plan; null when there is none. */
  disagreement: z.string().nullable(),
});
export type PlanWalk = Readonly<z.infer<typeof planWalkSchema>>;

/** The events of the journal that matter here; `JournalEvent` (src/target/journal.ts) fits it. */
export type WalkEvent =
  | { readonly type: 'step.started'; readonly index: number }
  | { readonly type: 'step.retrying'; readonly index: number; readonly returnCode: number }
  | StepCriterion
  | StepFinished
  | RunCompleted
  | { readonly type: 'final-action.started'; readonly action: string }
  | { readonly type: 'final-action.skipped'; readonly reason: string }
  | { readonly type: 'secrets.requested' | 'run.started' | 'step.output' | 'kill.incomplete' };

interface StepFinished {
  readonly type: 'step.finished';
  readonly index: number;
  readonly returnCode: number | null;
  readonly verdict: StepVerdict;
  readonly next: number | 'stop-success' | 'stop-failure' | null;
  readonly problem: 'not-found' | 'not-startable' | null;
}

interface RunCompleted {
  readonly type: 'run.completed';
  readonly outcome: RunOutcome;
  readonly failureReason: string | null;
  readonly lastStep: number | null;
  readonly returnCode: number | null;
  readonly rebootRequired: boolean;
}

/** The walk before the first line of the journal. */
export function initialPlanWalk(plan: ExecutionPlan): PlanWalk {
  return {
    ...moved(plan.start),
    running: null,
    truths: [],
    lastStep: null,
    returnCode: null,
    rebootRequired: false,
    rebootAfterSuccess: false,
    stepFailure: null,
    outcome: null,
    failureReason: null,
    closed: false,
    disagreement: null,
  };
}

/** Reads one event: gives the walk after it. Pure; never throws, whatever the event claims. */
export function advancePlanWalk(walk: PlanWalk, event: WalkEvent, plan: ExecutionPlan): PlanWalk {
  if (walk.closed) return disagree(walk, `${event.type} came after the journal's last line`);
  switch (event.type) {
    case 'step.started':
      return startStep(walk, event.index);
    case 'step.criterion':
      return takeCriterion(walk, event, plan);
    case 'step.retrying':
      return retryStep(walk, event, plan);
    case 'step.finished':
      return finishStep(walk, event, plan);
    case 'run.completed':
      return complete(walk, event, plan);
    case 'final-action.started':
    case 'final-action.skipped':
      return { ...checkFinalAction(walk, event, plan), closed: true };
    case 'secrets.requested':
    case 'run.started':
    case 'step.output':
    case 'kill.incomplete':
      break;
  }
  return walk;
}

/** Recomputes outcome, codes and contradictions from a whole journal. */
export function computeOutcome(plan: ExecutionPlan, events: Iterable<WalkEvent>): PlanWalk {
  let walk = initialPlanWalk(plan);
  for (const event of events) walk = advancePlanWalk(walk, event, plan);
  return walk;
}

/** The first contradiction is the one to look at: those after it follow from it. */
function disagree(walk: PlanWalk, what: string): PlanWalk {
  return { ...walk, disagreement: walk.disagreement ?? what };
}

function moved(jump: ExecutionPlan['start']): Pick<PlanWalk, 'expected' | 'end'> {
  return typeof jump === 'number' ? { expected: jump, end: null } : { expected: null, end: jump };
}

function startStep(walk: PlanWalk, started: number): PlanWalk {
  const next: PlanWalk = { ...walk, expected: null, running: started, truths: [], lastStep: started };
  if (walk.running !== null)
    return disagree(next, `Step ${started} started while step ${walk.running} was running`);
  if (walk.outcome !== null) return disagree(next, `Step ${started} started after the run had completed`);
  if (walk.expected === started) return next;
  return disagree(
    next,
    `Step ${started} started where the plan goes to ${walk.expected ?? walk.end ?? 'no step'}`,
  );
}

function takeCriterion(walk: PlanWalk, event: StepCriterion, plan: ExecutionPlan): PlanWalk {
  const step = plan.steps[event.index];
  if (step === undefined || walk.running !== event.index) {
    return disagree(walk, `A criterion of step ${event.index} came, but it was not running`);
  }
  const { truths, disagreement } = readCriterion(step, walk.truths, event);
  const next: PlanWalk = { ...walk, truths: [...truths] };
  return disagreement === null ? next : disagree(next, disagreement);
}

function retryStep(
  walk: PlanWalk,
  event: { readonly index: number; readonly returnCode: number },
  plan: ExecutionPlan,
): PlanWalk {
  const step = plan.steps[event.index];
  if (step === undefined || walk.running !== event.index) {
    return disagree(walk, `Step ${event.index} is tried again, but it was not running`);
  }
  if (asksForRetry(step, event.returnCode)) return walk;
  return disagree(
    walk,
    `Step ${event.index} is tried again after ${event.returnCode}, which is no retry code of it`,
  );
}

function finishStep(walk: PlanWalk, event: StepFinished, plan: ExecutionPlan): PlanWalk {
  const step = plan.steps[event.index];
  if (step === undefined || walk.running !== event.index) {
    return disagree(walk, `Step ${event.index} finished, but it was not running`);
  }
  const { verdict, disagreement } = ownVerdict(step, event, walk.truths);
  const wasSuccess = verdict === 'success' || verdict === 'skipped';
  const reboot = asksForReboot(step, event.returnCode);
  const next: PlanWalk = {
    ...walk,
    ...afterStep(step, verdict, event),
    running: null,
    truths: [],
    returnCode: event.returnCode,
    rebootRequired: walk.rebootRequired || reboot,
    rebootAfterSuccess: walk.rebootAfterSuccess || (reboot && wasSuccess),
    stepFailure: wasSuccess ? null : stepFailureOf(verdict, event.problem),
  };
  return checkStep(disagreement === null ? next : disagree(next, disagreement), event, verdict);
}

/** Only the runner knows whether it ended a step; success and failure are ours to say. */
function ownVerdict(step: PlanStep, event: StepFinished, truths: PlanWalk['truths']): OwnEnd {
  const wasEnded = event.verdict === 'timed-out' || event.verdict === 'cancelled';
  return wasEnded ? { verdict: event.verdict, disagreement: null } : ownEnd(step, event.returnCode, truths);
}

function afterStep(
  step: PlanStep,
  verdict: StepVerdict,
  event: StepFinished,
): Pick<PlanWalk, 'expected' | 'end'> {
  if (verdict === 'cancelled') return { expected: null, end: 'cancelled' };
  // The step's own time-out takes its jump; without one it was the maximum duration that ended the step.
  if (verdict === 'timed-out' && event.next === null) return { expected: null, end: 'timed-out' };
  const next = computeNext(step, verdict, event.returnCode);
  return next === null ? { expected: null, end: 'hard-reboot' } : moved(next);
}

function stepFailureOf(verdict: StepVerdict, problem: StepFinished['problem']): PlanWalk['stepFailure'] {
  if (verdict === 'timed-out') return 'step-timed-out';
  if (problem === 'not-found') return 'program-not-found';
  return problem === 'not-startable' ? 'program-not-startable' : 'step-failed';
}

function checkStep(walk: PlanWalk, event: StepFinished, verdict: StepVerdict): PlanWalk {
  if (event.verdict !== verdict) {
    const detail = `Step ${event.index} returned ${event.returnCode ?? 'no code'}: ${verdict} by the plan, ${event.verdict} in the journal`;
    return disagree(walk, detail);
  }
  const isJump = walk.end === null || walk.end === 'stop-success' || walk.end === 'stop-failure';
  const next = isJump ? (walk.expected ?? walk.end) : null;
  if (event.next === next) return walk;
  return disagree(
    walk,
    `After step ${event.index} the plan goes to ${next ?? 'no step'}, the journal to ${event.next ?? 'no step'}`,
  );
}

/** Of a run that says it is complete in the middle of its plan. */
const UNFINISHED = { outcome: 'failed', failureReason: 'runner-error' } as const;

function complete(walk: PlanWalk, event: RunCompleted, plan: ExecutionPlan): PlanWalk {
  if (walk.outcome !== null) return disagree(walk, 'The run completed twice');
  const claim = { outcome: event.outcome, failureReason: event.failureReason };
  const result = runnersOwnResult(claim, { walk, plan }) ?? outcomeOfEnd(walk);
  const next: PlanWalk = { ...walk, ...(result ?? UNFINISHED), running: null, expected: null };
  if (result === null)
    return disagree(next, `The run ended as ${event.outcome} in the journal where the plan goes on`);
  if (result.outcome !== event.outcome) {
    return disagree(
      next,
      `The run ended as ${result.outcome} by the plan, as ${event.outcome} in the journal`,
    );
  }
  return checkSummary(next, event);
}

function checkSummary(walk: PlanWalk, event: RunCompleted): PlanWalk {
  if (event.lastStep !== walk.lastStep) {
    return disagree(
      walk,
      `The last step was ${walk.lastStep ?? 'none'}, in the journal's summary ${event.lastStep ?? 'none'}`,
    );
  }
  if (event.returnCode !== walk.returnCode) {
    return disagree(
      walk,
      `The last return code was ${walk.returnCode ?? 'none'}, in the journal's summary ${event.returnCode ?? 'none'}`,
    );
  }
  if (event.rebootRequired === walk.rebootRequired) return walk;
  return disagree(
    walk,
    `A reboot is ${walk.rebootRequired ? '' : 'not '}required by the codes, the journal's summary says otherwise`,
  );
}

type FinalActionEvent = Extract<WalkEvent, { type: 'final-action.started' | 'final-action.skipped' }>;

function checkFinalAction(walk: PlanWalk, event: FinalActionEvent, plan: ExecutionPlan): PlanWalk {
  if (walk.outcome === null) return disagree(walk, `${event.type} came before the run had completed`);
  const rule = finalActionRule(plan, walk.outcome, walk.rebootRequired);
  if (event.type === 'final-action.started') {
    if (rule === 'run' && event.action === plan.finalAction.action) return walk;
    return disagree(
      walk,
      `The final action ${event.action} was started, the plan says ${rule === 'run' ? plan.finalAction.action : rule}`,
    );
  }
  // What keeps a final action from running is the runner's to say, and leaving one out harms nobody.
  const isObstacle = event.reason === 'installer-busy' || event.reason === 'failed';
  const isSameEnd = rule === 'none' && event.reason === walk.outcome;
  if (event.reason === rule || isSameEnd || isObstacle) return walk;
  return disagree(walk, `The final action was skipped as ${event.reason}, the plan says ${rule}`);
}
