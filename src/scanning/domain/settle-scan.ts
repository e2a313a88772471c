import type { FailureReason } from '../../deployments/domain/failure-reason.js';
import { LOGON_HOLD_BACK_MS } from '../../recording/domain/logon-refusal.js';
import type { Scan } from './scan.js';

/** Why an attempt to scan an asset failed. */
export interface ScanFailure {
  readonly failureReason: FailureReason;
  readonly failureDetail: string;
}

/** With these, the asset is away or busy: another attempt may find it. */
const PASSING: readonly FailureReason[] = [
  'name-not-found',
  'connection-refused',
  'connect-timed-out',
  'host-unreachable',
  'connection-lost',
  'quota-exceeded',
  'scan-timed-out',
  'logon-held-back',
];

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

type Settled = Pick<Scan, 'cause' | 'epoch' | 'expiresAt'>;

/**
 * When a scan whose attempt has failed is tried again; null: it has failed. Only the scan after a run waits for its asset
 * to answer: who asked for one wants to hear that it does not, and a timer comes round again.
 */
export function nextAttemptAt(scan: Settled, { failureReason }: ScanFailure, now: Date): string | null {
  if (scan.cause !== 'rescan' || !PASSING.includes(failureReason)) return null;
  const at = new Date(now.getTime() + waitMs(scan.epoch, failureReason)).toISOString();
  return at < scan.expiresAt ? at : null;
}

function waitMs(epoch: number, reason: FailureReason): number {
  if (reason === 'logon-held-back') return LOGON_HOLD_BACK_MS;
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(epoch - 1, 10), LONGEST_WAIT_MS);
}

/** How long after the restart was due the asset is believed without it: someone may have called it off. */
const RESTART_GRACE_MS = 30 * 60_000;

/** What a scan after a run waits for that restarts the asset. `finishedAt` is the run's end, an instant. */
export function awaitedRestart(
  finishedAt: string,
  restartsAfterSeconds: number | null,
): Pick<Scan, 'dueAt' | 'bootAwaitedSince' | 'bootAwaitedUntil'> {
  if (restartsAfterSeconds === null)
    return { dueAt: finishedAt, bootAwaitedSince: null, bootAwaitedUntil: null };
  const restartMs = Date.parse(finishedAt) + restartsAfterSeconds * 1000;
  return {
    dueAt: new Date(restartMs + FIRST_WAIT_MS).toISOString(),
    bootAwaitedSince: finishedAt,
    bootAwaitedUntil: new Date(restartMs + RESTART_GRACE_MS).toISOString(),
  };
}

/** When to look again at an asset that has answered before its restart; null: what it said counts. */
export function beforeRestart(
  scan: Pick<Scan, 'bootAwaitedSince' | 'bootAwaitedUntil'>,
  bootedAt: string,
  now: Date,
): string | null {
  const { bootAwaitedSince, bootAwaitedUntil } = scan;
  if (bootAwaitedSince === null || bootAwaitedUntil === null || bootedAt > bootAwaitedSince) return null;
  return now.toISOString() < bootAwaitedUntil ? new Date(now.getTime() + FIRST_WAIT_MS).toISOString() : null;
}
