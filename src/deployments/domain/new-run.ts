import type { ExecutionPlan } from '../../packages/domain/execution-plan.js';
import { initialPlanWalk, type PlanWalk } from '../../packages/domain/outcome.js';
import type { RescanState } from './rescan.js';
import type { RunState } from './run-state.js';
import { initialStepRuns, type StepRun } from './step-run.js';

/** The fields of a TargetRun that every run begins with, before its first event. */
export interface InitialRun {
  readonly epoch: number;
  readonly idleEpochs: number;
  readonly queuedAt: null;
  readonly workerId: null;
  readonly lastSeq: number;
  readonly apiSeq: number;
  readonly workerSeq: number;
  readonly runnerSeq: number;
  readonly journalOffset: number;
  readonly walk: PlanWalk;
  readonly state: RunState;
  readonly waitingFor: null;
  readonly since: string;
  readonly startedAt: null;
  readonly finishedAt: null;
  readonly cancelRequestedAt: null;
  readonly outcome: null;
  readonly failureReason: null;
  readonly failureDetail: string;
  readonly returnCode: null;
  readonly lastStep: null;
  readonly rebootRequired: boolean;
  readonly finalAction: null;
  readonly cleanup: null;
  readonly rescan: RescanState | null;
  readonly softwareChanges: null;
  readonly runnerVersion: null;
  readonly steps: StepRun[];
  readonly outputRemovedAt: null;
}

/** `rescan`: whether the asset is to be scanned afterwards. */
export function initialRun(plan: ExecutionPlan, at: string, rescan = false): InitialRun {
  return {
    epoch: 0,
    idleEpochs: 0,
    queuedAt: null,
    workerId: null,
    lastSeq: 0,
    apiSeq: 0,
    workerSeq: 0,
    runnerSeq: 0,
    journalOffset: 0,
    walk: initialPlanWalk(plan),
    state: 'waiting',
    waitingFor: null,
    since: at,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    outcome: null,
    failureReason: null,
    failureDetail: '',
    returnCode: null,
    lastStep: null,
    rebootRequired: false,
    finalAction: null,
    cleanup: null,
    rescan: rescan ? 'pending' : null,
    softwareChanges: null,
    runnerVersion: null,
    steps: initialStepRuns(plan),
    outputRemovedAt: null,
  };
}
