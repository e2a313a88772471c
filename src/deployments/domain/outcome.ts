/** How a TargetRun ended (DESIGN section 4, the table of outcomes). A public list that only grows. */
export const OUTCOMES = [
  'succeeded',
  'succeeded-reboot-required',
  'failed',
  'timed-out',
  'cancelled',
  'unreachable',
  'no-user',
  'blocked',
  'interrupted',
  'expired',
  'unknown',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** Whether the run did what its package says. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome === 'succeeded' || outcome === 'succeeded-reboot-required';
}

/** Whether a run that had begun on its asset did not do what its package says: what speaks against going on elsewhere. */
export function wentWrong(outcome: Outcome): boolean {
  return ['failed', 'timed-out', 'interrupted', 'unknown'].includes(outcome);
}
