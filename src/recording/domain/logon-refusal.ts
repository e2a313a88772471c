/** At most one failed logon per credential and asset in this time (DESIGN section 10). */
export const LOGON_HOLD_BACK_MS = 15 * 60_000;

/** From when on a refused credential may be tried again. Both instants in RFC 3339, UTC. */
export function heldBackUntil(refusedAt: string): string {
  return new Date(Date.parse(refusedAt) + LOGON_HOLD_BACK_MS).toISOString();
}
