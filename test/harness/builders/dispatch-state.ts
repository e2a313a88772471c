import type {
  DispatchState,
  OpenDeployment,
  WaitingRun,
} from '../../../src/dispatch/domain/dispatch-state.js';
import type { AssetId, DeploymentId, TargetRunId } from '../../../src/shared/ids.js';

/** The instant at which the states of these builders are looked at. */
export const NOW = new Date('2026-11-24T10:00:00.000Z');

export function minutesAgo(minutes: number): string {
  return new Date(NOW.getTime() - minutes * 60_000).toISOString();
}

/** A run that waits, of deployment `d1` unless the test says otherwise. */
export function aWaitingRun(id: string, assetId: string, more: Partial<WaitingRun> = {}): WaitingRun {
  return {
    id: id as TargetRunId,
    deploymentId: 'd1' as DeploymentId,
    assetId: assetId as AssetId,
    shareId: null,
    wave: 0,
    expiresAt: '2026-11-25T10:00:00.000Z',
    waitingFor: null,
    ...more,
  };
}

export function anOpenDeployment(id: string, more: Partial<OpenDeployment> = {}): OpenDeployment {
  return {
    id: id as DeploymentId,
    state: 'running',
    priority: 0,
    createdAt: minutesAgo(0),
    notBefore: null,
    openWave: 0,
    expectedDurationSeconds: 3600,
    windowOverride: null,
    lastReleasedAt: null,
    ...more,
  };
}

/** Nothing waits, there is room for 1000, and deployment `d1` is open, with those that are given. */
export function aDispatchState({
  deployments = [],
  ...more
}: Partial<Omit<DispatchState, 'deployments'>> & {
  readonly deployments?: readonly OpenDeployment[];
}): DispatchState {
  const all = [anOpenDeployment('d1'), ...deployments];
  return {
    waiting: [],
    active: [],
    busyAssets: new Set(),
    limits: new Map([['all', 1000]]),
    groupsOf: new Map(),
    maintenance: new Map(),
    isPaused: false,
    ...more,
    deployments: new Map(all.map((deployment) => [deployment.id, deployment])),
  };
}
