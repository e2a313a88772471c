import type { RunState } from '../../deployments/domain/run-state.js';
import type { TargetRunId, WorkerId } from '../../shared/ids.js';

/** An active run, as much of it as the question needs. */
export interface FollowableRun {
  readonly id: TargetRunId;
  readonly epoch: number;
  readonly state: RunState;
  readonly queuedAt: string | null;
  readonly since: string;
  /** Who recorded something for this epoch; null: nobody yet. */
  readonly workerId: WorkerId | null;
}

export interface Surroundings {
  readonly now: Date;
  /** Milliseconds since this api process began: before the workers' first beats it knows nothing of them. */
  readonly apiUptimeMs: number;
  readonly livingWorkers: ReadonlySet<WorkerId>;
  readonly isFollowed: (id: TargetRunId, epoch: number) => boolean;
}

/** A run that seems to be followed by nobody. */
export interface Due {
  readonly id: TargetRunId;
  readonly epoch: number;
  /** True when its worker is known to be gone; false when its job may still wait in Redis. */
  readonly workerIsGone: boolean;
}

/** Two beats and a margin: by then every living worker has said what it follows. */
const BEATS_KNOWN_AFTER_MS = 12_000;
/** A job that was just queued, or just taken, is not in any beat yet. */
const SETTLING_MS = 12_000;

/** Names the active runs that nobody seems to follow. Pure. */
export function findAbandoned(runs: readonly FollowableRun[], around: Surroundings): Due[] {
  return runs.flatMap((run) => {
    const workerIsGone = run.workerId !== null && !around.livingWorkers.has(run.workerId);
    if (!workerIsGone && !isOverdue(run, around)) return [];
    return [{ id: run.id, epoch: run.epoch, workerIsGone }];
  });
}

function isOverdue(run: FollowableRun, around: Surroundings): boolean {
  if (around.apiUptimeMs < BEATS_KNOWN_AFTER_MS) return false;
  if (around.isFollowed(run.id, run.epoch)) return false;
  const queuedMs =
    run.queuedAt === null ? Number.POSITIVE_INFINITY : around.now.getTime() - Date.parse(run.queuedAt);
  return queuedMs > SETTLING_MS;
}
