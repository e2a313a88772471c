import { compilePlan } from '../../../src/packages/domain/compile-plan.js';
import type { ExecutionPlan } from '../../../src/packages/domain/execution-plan.js';
import type { WalkEvent } from '../../../src/packages/domain/outcome.js';
import type { PackageBuilder } from './package.js';

/** The plan of a package for a test asset without a package share. */
export function aPlan(builder: PackageBuilder, parameters: Record<string, string> = {}): ExecutionPlan {
  const asset = { name: 'PC-1', dnsName: null, domain: null };
  const options = { targetRunId: 'r', packageShare: undefined, parameters };
  const compilation = compilePlan(builder.buildRevision(), asset, options);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.faults));
  return compilation.plan;
}

export function started(index: number): WalkEvent {
  return { type: 'step.started', index };
}

export function retried(index: number, returnCode: number): WalkEvent {
  return { type: 'step.retrying', index, returnCode };
}

type Finish = Partial<Extract<WalkEvent, { type: 'step.finished' }>>;

/** A step that succeeds with 0 and ends the run, unless the fields say otherwise. */
export function finished(index: number, fields: Finish = {}): WalkEvent {
  return {
    type: 'step.finished',
    index,
    returnCode: 0,
    verdict: 'success',
    next: 'stop-success',
    problem: null,
    ...fields,
  };
}

export type Completion = Partial<Extract<WalkEvent, { type: 'run.completed' }>>;

/** A run that succeeds with step 1 as its last, unless the fields say otherwise. */
export function completed(fields: Completion = {}): WalkEvent {
  return {
    type: 'run.completed',
    outcome: 'succeeded',
    failureReason: null,
    lastStep: 1,
    returnCode: 0,
    rebootRequired: false,
    ...fields,
  };
}

export function finalActionSkipped(reason: string): WalkEvent {
  return { type: 'final-action.skipped', reason };
}
