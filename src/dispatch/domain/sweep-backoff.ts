const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;

/**
 * How long after its end a run is left to the worker that finished it. Also more than the quarter of an hour in which a
 * refused logon must not be repeated (DESIGN section 10).
 */
export const FIRST_SWEEP_AFTER_MS = 16 * MINUTE_MS;
/** A run that ended longer ago is given up: what is left of it is as old as its tombstone may become. */
export const GIVE_UP_AFTER_MS = 30 * DAY_MS;

const SECOND_SWEEP_AFTER_MS = 20 * MINUTE_MS;

/** When an asset that has been asked `attempts` times (from 1) is asked again: after 20 minutes, doubling up to a day. */
export function nextSweepAt(attempts: number, now: Date): Date {
  const waitMs = Math.min(SECOND_SWEEP_AFTER_MS * 2 ** Math.min(attempts - 1, 10), DAY_MS);
  return new Date(now.getTime() + waitMs);
}
