/** Where a TargetRun stands. `finished` is the only end; the outcome says how. */
export const RUN_STATES = [
  'waiting',
  'queued',
  'connecting',
  'starting',
  'running',
  'reconciling',
  'completing',
  'finished',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/**
 * Why a waiting TargetRun is not released yet, and why a queued one is not begun: `job`, none can be made for it; `worker`,
 * no worker took it up the last time. The list grows with the dispatcher's policies.
 */
export const WAITING_REASONS = [
  'paused',
  'not-before',
  'wave',
  'window',
  'asset-free',
  'concurrency',
  'job',
  'worker',
] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** States in which a worker follows the run, or is about to: they hold the asset. */
export const ACTIVE_STATES = [
  'queued',
  'connecting',
  'starting',
  'running',
  'reconciling',
  'completing',
] as const;

export function isActive(state: RunState): boolean {
  return state !== 'waiting' && state !== 'finished';
}

/** A deployment's state follows from its `notBefore` and its runs, save that someone may have paused it. */
export const DEPLOYMENT_STATES = ['scheduled', 'running', 'paused', 'finished'] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];
