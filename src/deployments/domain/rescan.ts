import type { Outcome } from './outcome.js';

/**
 * How far the scan after a run is, where its package asks for one: `pending` until the run has finished, `scheduled`
 * until the asset has answered, then what came of it.
 */
export const RESCAN_STATES = ['pending', 'scheduled', 'succeeded', 'failed'] as const;
export type RescanState = (typeof RESCAN_STATES)[number];

/** Whether a run that ended so may have changed its asset (DESIGN section 4, the table of outcomes). */
export function callsForRescan(outcome: Outcome, hadStarted: boolean): boolean {
  switch (outcome) {
    case 'succeeded':
    case 'succeeded-reboot-required':
    case 'failed':
    case 'timed-out':
    case 'interrupted':
    case 'unknown':
      return true;
    case 'cancelled':
      return hadStarted;
    case 'unreachable':
    case 'no-user':
    case 'blocked':
    case 'expired':
      return false;
  }
}
