import type { RunState } from '../../deployments/domain/run-state.js';
import type { TargetRunId, WorkerId } from '../../shared/ids.js';

/** An active run, as much of it as the question needs. */
export interface FollowableRun {
  readonly id: TargetRunId;
  readonly epoch: number;
  readonly state: RunState;
  readonly queuedAt: string | null;
  readonly since: string;
  /** How many followings in a row brought nothing. */
  readonly idleEpochs: number;
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

/** A run that nobody can take up, or that ends every worker, is tried ever more seldom. */
const LONGEST_BACKOFF_MS = 5 * 60_000;

/** Names the active runs that nobody seems to follow. Pure. */
export function findAbandoned(runs: readonly FollowableRun[], around: Surroundings): Due[] {
  return runs.flatMap((run) => {
    const workerIsGone = run.workerId !== null && !around.livingWorkers.has(run.workerId);
    const isDue = workerIsGone ? isPast(backoffMs(run), run, around) : isOverdue(run, around);
    return isDue ? [{ id: run.id, epoch: run.epoch, workerIsGone }] : [];
  });
}

function isOverdue(run: FollowableRun, around: Surroundings): boolean {
  if (around.apiUptimeMs < BEATS_KNOWN_AFTER_MS) return false;
  if (around.isFollowed(run.id, run.epoch)) return false;
  return isPast(Math.max(SETTLING_MS, backoffMs(run)), run, around);
}

/** None after a following that reached the target, then 12 s, doubling. */
function backoffMs({ idleEpochs }: FollowableRun): number {
  if (idleEpochs === 0) return 0;
  return Math.min(SETTLING_MS * 2 ** Math.min(idleEpochs - 1, 10), LONGEST_BACKOFF_MS);
}

function isPast(waitMs: number, { queuedAt }: FollowableRun, { now }: Surroundings): boolean {
  if (queuedAt === null) return true;
  const queuedMs = now.getTime() - Date.parse(queuedAt);
  // A clock that was set back must not hold a run for hours: its age is unknown then.
  return queuedMs > waitMs || queuedMs < 0 || waitMs === 0;
}
