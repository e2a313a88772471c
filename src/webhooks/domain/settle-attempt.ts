import type { Attempt, Delivery, Progress } from './delivery.js';

const FIRST_WAIT_MS = 5_000;
export const LONGEST_WAIT_MS = 3_600_000;
/** A message that could not be delivered for so long is given up; the next one then gets its turn. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const GONE = 410;

/** What an attempt is judged with. */
export interface Judgement {
  readonly now: Date;
  /** From 0 to 1: spreads the retries of many webhooks (and of many Winches) in time. */
  readonly random: number;
}

/** What becomes of a delivery after an attempt: delivered by any 2xx, otherwise tried again, or given up. */
export function settleAttempt(
  delivery: Pick<Delivery, 'attempts' | 'queuedAt'>,
  attempt: Attempt,
  { now, random }: Judgement,
): Progress {
  const attempts = delivery.attempts + 1;
  const at = now.toISOString();
  const tried = {
    attempts,
    lastAttemptAt: at,
    lastStatus: attempt.status,
    lastError: attempt.error,
    lastAnswer: attempt.answer,
  };
  if (isSuccess(attempt)) return { ...tried, state: 'delivered', nextAttemptAt: null, finishedAt: at };
  const next = now.getTime() + waitMs(attempts, attempt.retryAfterMs, random);
  const isOver = next > Date.parse(delivery.queuedAt) + GIVE_UP_AFTER_MS;
  // 410: the receiver says itself that it will never take it (RFC 9110 section 15.5.11).
  if (isOver || attempt.status === GONE)
    return { ...tried, state: 'dead', nextAttemptAt: null, finishedAt: at };
  return { ...tried, state: 'pending', nextAttemptAt: new Date(next).toISOString(), finishedAt: null };
}

function isSuccess({ status, error }: Attempt): boolean {
  return error === null && status !== null && status >= 200 && status < 300;
}

/** Twice as long each time, less up to a half by chance; what the receiver asks for counts when it is longer, up to an hour. */
function waitMs(attempts: number, retryAfterMs: number | null, random: number): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
  const own = Math.round(longest * (1 - random / 2));
  return Math.max(own, Math.min(retryAfterMs ?? 0, LONGEST_WAIT_MS));
}

/** The wait that a `Retry-After` asks for, seconds or a date (RFC 9110 section 10.2.3); null when it cannot be read. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
