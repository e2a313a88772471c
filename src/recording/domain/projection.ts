import { callsForRescan, type RescanState } from '../../deployments/domain/rescan.js';
import type { FailureReason } from '../../deployments/domain/failure-reason.js';
import type { Outcome } from '../../deployments/domain/outcome.js';
import type { RunState } from '../../deployments/domain/run-state.js';
import type { CriterionRun, StepRun } from '../../deployments/domain/step-run.js';
import type { PlanJump } from '../../packages/domain/execution-plan.js';
import type { SoftwareChanges } from '../../scanning/domain/software-change.js';
import type { JournalEvent } from '../../target/journal.js';
import type { RunFact } from './run-event.js';

/** What the events of a run add up to. Plain and JSON-serialisable; the columns of TargetRunEntity. */
export interface RunProjection {
  readonly state: RunState;
  readonly since: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly cancelRequestedAt: string | null;
  readonly outcome: Outcome | null;
  readonly failureReason: FailureReason | null;
  readonly failureDetail: string;
  readonly returnCode: number | null;
  readonly lastStep: string | null;
  readonly rebootRequired: boolean;
  readonly finalAction: string | null;
  readonly cleanup: 'pending' | 'clean' | null;
  readonly rescan: RescanState | null;
  readonly softwareChanges: SoftwareChanges | null;
  readonly runnerVersion: string | null;
  readonly steps: readonly StepRun[];
}

type Change = Partial<RunProjection>;

/**
 * Applies one fact. Pure: replaying all events of a run over its first projection gives its row again.
 * `at` of a runner's event is the target's clock; `recordedAt` is ours, so that a wrong clock over there
 * cannot put our states out of order.
 */
export function project(run: RunProjection, fact: RunFact, recordedAt: string): RunProjection {
  return { ...run, ...change(run, fact, recordedAt) };
}

function change(run: RunProjection, fact: RunFact, recordedAt: string): Change {
  switch (fact.type) {
    case 'run.queued':
      return moveTo(run, fact.mode === 'start' ? 'queued' : 'reconciling', recordedAt);
    case 'run.connecting':
      return run.startedAt === null ? moveTo(run, 'connecting', recordedAt) : {};
    case 'run.starting':
      return { ...moveTo(run, 'starting', recordedAt), cleanup: 'pending' };
    case 'run.attached':
      return moveTo(run, 'starting', recordedAt);
    case 'run.reattached':
      return moveTo(run, stateOnTarget(run), recordedAt);
    case 'run.reconciling':
      return moveTo(run, 'reconciling', recordedAt);
    case 'cancel.requested':
      return { cancelRequestedAt: run.cancelRequestedAt ?? recordedAt };
    case 'run.finished':
      return finish(run, fact, recordedAt);
    case 'cleanup.finished':
      return { cleanup: fact.result };
    case 'rescan.finished':
      return rescanned(fact);
    case 'run.delayed':
    case 'window.overridden':
    case 'logon.refused':
    case 'secrets.requested':
    case 'kill.incomplete':
      return {};
    case 'run.started':
      return {
        ...moveTo(run, 'running', recordedAt),
        // A journal that says it twice does not move the maximum duration.
        startedAt: run.startedAt ?? recordedAt,
        runnerVersion: fact.runnerVersion,
      };
    case 'run.completed':
      return { ...moveTo(run, 'completing', recordedAt), rebootRequired: fact.rebootRequired };
    case 'final-action.started':
      return { finalAction: fact.action };
    case 'final-action.skipped':
      return { finalAction: `skipped-${fact.reason}` };
    case 'step.started':
    case 'step.output':
    case 'step.criterion':
    case 'step.retrying':
    case 'step.finished':
      return stepChange(run, fact, recordedAt);
  }
}

/** Whether the target may hold something of the run: then only the target can say how it is. */
export function mayBeOnTarget(run: { cleanup: RunProjection['cleanup']; runnerSeq: number }): boolean {
  return run.cleanup !== null || run.runnerSeq > 0;
}

function moveTo(run: RunProjection, state: RunState, at: string): Change {
  return run.state === state ? {} : { state, since: at };
}

/** Which state a run is in that was found again on its target. */
function stateOnTarget(run: RunProjection): RunState {
  if (run.startedAt === null) return 'starting';
  return run.finalAction === null && run.steps.some((step) => step.state !== 'finished')
    ? 'running'
    : 'completing';
}

function finish(run: RunProjection, fact: Extract<RunFact, { type: 'run.finished' }>, at: string): Change {
  return {
    ...moveTo(run, 'finished', at),
    finishedAt: at,
    outcome: fact.outcome,
    failureReason: fact.failureReason,
    failureDetail: fact.failureDetail,
    steps: run.steps.map((step) => closeStep(step, at)),
    cleanup: run.startedAt === null ? run.cleanup : (run.cleanup ?? 'pending'),
    rescan: callsForRescan(fact.outcome, run.startedAt !== null) ? run.rescan : null,
  };
}

function rescanned(fact: Extract<RunFact, { type: 'rescan.finished' }>): Change {
  const { result, changes, changesOmitted } = fact;
  return { rescan: result, softwareChanges: changes && { changes, omitted: changesOmitted } };
}

/** No step stays open in a finished run: one that never began was skipped, of one that was cut off no verdict is known. */
function closeStep(step: StepRun, at: string): StepRun {
  if (step.state === 'pending') return { ...step, state: 'finished', verdict: 'skipped' };
  return step.state === 'running' ? { ...step, state: 'finished', finishedAt: at } : step;
}

type StepFact = Extract<
  JournalEvent,
  { type: 'step.started' | 'step.output' | 'step.criterion' | 'step.retrying' | 'step.finished' }
>;

function stepChange(run: RunProjection, fact: StepFact, at: string): Change {
  const step = run.steps[fact.index];
  if (!step) return {};
  switch (fact.type) {
    case 'step.started':
      return { ...withStep(run, startedStep(step, at)), lastStep: step.name };
    case 'step.output':
      return withStep(run, { ...step, outputBytes: step.outputBytes + Buffer.byteLength(fact.text) });
    case 'step.criterion':
      return withStep(run, { ...step, criteria: criteriaWith(step, fact) });
    case 'step.retrying':
      return withStep(run, { ...step, returnCode: fact.returnCode });
    case 'step.finished':
      return { ...withStep(run, finishedStep(run, step, fact, at)), returnCode: fact.returnCode };
  }
}

/** A step that runs again, in a loop, begins anew. */
function startedStep(step: StepRun, at: string): StepRun {
  return { ...step, state: 'running', startedAt: at, outputBytes: 0, outputTruncated: false };
}

function finishedStep(
  run: RunProjection,
  step: StepRun,
  fact: Extract<JournalEvent, { type: 'step.finished' }>,
  at: string,
): StepRun {
  return {
    ...step,
    state: 'finished',
    finishedAt: at,
    returnCode: fact.returnCode,
    verdict: fact.verdict,
    next: nameOfJump(run, fact.next),
    outputBytes: fact.outputBytes,
    outputTruncated: fact.outputTruncated,
    detail: fact.detail,
  };
}

function criteriaWith(
  { criteria }: StepRun,
  { criterion, found, met, problem }: Extract<JournalEvent, { type: 'step.criterion' }>,
): readonly CriterionRun[] {
  const text = found.length === 0 ? null : found.join(', ');
  return criteria.map((other, index) =>
    index === criterion ? { ...other, found: text, met, reason: problem } : other,
  );
}

function nameOfJump(run: RunProjection, jump: PlanJump | null): string | null {
  return typeof jump === 'number' ? (run.steps[jump]?.name ?? null) : jump;
}

function withStep(run: RunProjection, step: StepRun): Pick<RunProjection, 'steps'> {
  return { steps: run.steps.map((other) => (other.index === step.index ? step : other)) };
}
