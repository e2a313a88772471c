import type { WaitingReason } from '../../deployments/domain/run-state.js';
import type { AssetId, TargetRunId } from '../../shared/ids.js';

/** A run that waits, as much of it as the decision needs. */
export interface WaitingRun {
  readonly id: TargetRunId;
  readonly assetId: AssetId;
  /** Higher goes first. */
  readonly priority: number;
  readonly expiresAt: string;
  readonly waitingFor: WaitingReason | null;
}

export interface DispatchState {
  /** In the order in which they were ordered. */
  readonly waiting: readonly WaitingRun[];
  /** Assets that have a run which is queued or under way, or that are being scanned. */
  readonly busyAssets: ReadonlySet<AssetId>;
  /** Runs that are queued or under way. */
  readonly activeCount: number;
  /** The most that may be active at a time: what the living workers can follow. */
  readonly maxActive: number;
  /** Nothing is released, whatever else would allow it. */
  readonly isPaused: boolean;
}

export interface Releases {
  readonly release: readonly TargetRunId[];
  readonly expire: readonly TargetRunId[];
  /** Runs whose reason to wait has changed. */
  readonly hold: readonly { readonly id: TargetRunId; readonly waitingFor: WaitingReason }[];
}

/**
 * Decides which waiting runs are released now, and why the others wait. Pure: the same state and instant give
 * the same answer. At most one run per asset is active; runs of higher priority go first, then older ones.
 */
export function decideReleases(state: DispatchState, now: Date): Releases {
  const instant = now.toISOString();
  const busy = new Set(state.busyAssets);
  const release: TargetRunId[] = [];
  const hold: { id: TargetRunId; waitingFor: WaitingReason }[] = [];
  const expired = state.waiting.filter((run) => run.expiresAt <= instant);
  for (const run of inOrder(state.waiting.filter((run) => run.expiresAt > instant))) {
    const room = state.maxActive - state.activeCount - release.length;
    const reason = state.isPaused ? 'paused' : reasonToWait(run, busy, room);
    if (reason === null) {
      release.push(run.id);
      busy.add(run.assetId);
    } else if (reason !== run.waitingFor) {
      hold.push({ id: run.id, waitingFor: reason });
    }
  }
  return { release, hold, expire: expired.map((run) => run.id) };
}

function reasonToWait(run: WaitingRun, busy: ReadonlySet<AssetId>, room: number): WaitingReason | null {
  if (busy.has(run.assetId)) return 'asset-free';
  return room > 0 ? null : 'concurrency';
}

function inOrder(runs: readonly WaitingRun[]): WaitingRun[] {
  return runs.toSorted((a, b) => b.priority - a.priority);
}
