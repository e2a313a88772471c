import type { Scan } from './scan.js';

export interface WorkersAround {
  readonly now: Date;
  readonly livingWorkers: ReadonlySet<string>;
}

/** An attempt takes two minutes at the most, and its report one more; a job that waits in Redis is taken sooner. */
const LOST_AFTER_MS = 5 * 60_000;

/** A job that was just handed over is not to be looked for yet. */
const SETTLING_MS = 12_000;

/** Attempts that no worker has begun: their job must be in Redis. Pure. */
export function attemptsInRedis<T extends Attempt>(underWay: readonly T[], now: Date): T[] {
  return underWay.filter(
    ({ state, queuedAt }) =>
      state === 'queued' && queuedAt !== null && now.getTime() - Date.parse(queuedAt) > SETTLING_MS,
  );
}

type Attempt = Pick<Scan, 'id' | 'epoch' | 'state' | 'queuedAt' | 'workerId'>;

/** The attempts on which nobody is at work any more: their worker is gone, or they take longer than any can. Pure. */
export function lostScans<T extends Attempt>(
  underWay: readonly T[],
  { now, livingWorkers }: WorkersAround,
): T[] {
  return underWay.filter(({ queuedAt, workerId }) => {
    if (workerId !== null && !livingWorkers.has(workerId)) return true;
    return queuedAt === null || now.getTime() - Date.parse(queuedAt) > LOST_AFTER_MS;
  });
}
