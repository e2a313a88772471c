import type { WaitingReason } from '../../deployments/domain/run-state.js';
import type { AssetId, TargetRunId } from '../../shared/ids.js';
import type { DispatchState, OpenDeployment, WaitingRun } from './dispatch-state.js';
import { Slots } from './slots.js';
import { Turns } from './turns.js';
import { Windows } from './windows.js';

export interface Releases {
  readonly release: readonly WaitingRun[];
  /** Those among the released that no maintenance window would have let begin. */
  readonly overriding: ReadonlySet<TargetRunId>;
  readonly expire: readonly TargetRunId[];
  /** Runs whose reason to wait has changed. */
  readonly hold: readonly Hold[];
}

export interface Hold {
  readonly id: TargetRunId;
  readonly waitingFor: WaitingReason;
}

/**
 * Decides which waiting runs are released now, and why the others wait. Pure: the same state and instant give the same
 * answer. At most one run per asset is active, no limit is exceeded, and `Turns` says who goes first. A run whose
 * deployment is not in the state was ordered while it was read: it is left for the next look.
 */
export function decideReleases(state: DispatchState, now: Date): Releases {
  const instant = now.toISOString();
  const expired = state.waiting.filter((run) => run.expiresAt <= instant);
  const windows = new Windows(state, now);
  const isInWindow = (run: WaitingRun): boolean => {
    const deployment = state.deployments.get(run.deploymentId);
    return deployment === undefined || windows.doesFit(run, deployment);
  };
  const hold: Hold[] = [];
  const candidates: WaitingRun[] = [];
  for (const run of state.waiting) {
    const deployment = state.deployments.get(run.deploymentId);
    if (run.expiresAt <= instant || !deployment) continue;
    const reason = state.isPaused ? 'paused' : reasonOf(run, deployment, { instant, windows });
    if (reason === null) candidates.push(run);
    else hold.push({ id: run.id, waitingFor: reason });
  }
  const { release, held } = handOut({ ...state, candidates }, now);
  const overriding = new Set(release.filter((run) => !isInWindow(run)).map((run) => run.id));
  return {
    release,
    overriding,
    expire: expired.map((run) => run.id),
    hold: changesAmong([...hold, ...held], state),
  };
}

/** Why a run does not begin, whatever room there is; null: it may. */
function reasonOf(
  run: WaitingRun,
  deployment: OpenDeployment,
  { instant, windows }: { readonly instant: string; readonly windows: Windows },
): WaitingReason | null {
  const { state, notBefore, openWave, windowOverride } = deployment;
  if (state === 'paused') return 'paused';
  if (notBefore !== null && notBefore > instant) return 'not-before';
  if (run.wave > openWave) return 'wave';
  return windowOverride !== null || windows.doesFit(run, deployment) ? null : 'window';
}

interface HandedOut {
  readonly release: readonly WaitingRun[];
  readonly held: readonly Hold[];
}

/** Gives free assets and places to the candidates, in turns. */
function handOut(
  state: DispatchState & { readonly candidates: readonly WaitingRun[] },
  now: Date,
): HandedOut {
  const busy = new Set<AssetId>([...state.busyAssets, ...state.active.map((run) => run.assetId)]);
  const slots = new Slots(state);
  const turns = new Turns(state, now);
  const release: WaitingRun[] = [];
  const held: Hold[] = [];
  for (let run = turns.next(); run; run = turns.next()) {
    const reason = busy.has(run.assetId) ? 'asset-free' : slots.hasRoomFor(run) ? null : 'concurrency';
    if (reason !== null) {
      held.push({ id: run.id, waitingFor: reason });
      continue;
    }
    release.push(run);
    busy.add(run.assetId);
    slots.take(run);
    turns.released(run);
  }
  return { release, held };
}

function changesAmong(holds: readonly Hold[], { waiting }: DispatchState): Hold[] {
  const present = new Map(waiting.map((run) => [run.id, run.waitingFor]));
  return holds.filter(({ id, waitingFor }) => present.get(id) !== waitingFor);
}
