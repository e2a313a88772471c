/** What is known of an asset's scans; instants, null: none. */
export interface ScanHistory {
  readonly lastOrderedAt: string | null;
  readonly lastSucceededAt: string | null;
  readonly hasOpen: boolean;
}

/** A new asset is left alone for so long: its credential may be about to be set, and a wrong one must not be tried. */
const NEW_ASSET_MS = 10 * 60_000;
/** After a failure not before a sixth of the period, nor before a refused logon may be repeated. */
const SHORTEST_RETRY_MS = 16 * 60_000;
const HOUR_MS = 3_600_000;

/** Whether an asset's time for a scan has come. `everyHours` is at least 1. Pure. */
export function isScanDue(
  asset: { readonly createdAt: string },
  history: ScanHistory,
  { everyHours, now }: { readonly everyHours: number; readonly now: Date },
): boolean {
  if (history.hasOpen) return false;
  const { lastOrderedAt, lastSucceededAt } = history;
  if (lastOrderedAt === null) return isPast(asset.createdAt, NEW_ASSET_MS, now);
  const everyMs = everyHours * HOUR_MS;
  if (lastSucceededAt === lastOrderedAt) return isPast(lastOrderedAt, everyMs, now);
  return isPast(lastOrderedAt, Math.max(everyMs / 6, SHORTEST_RETRY_MS), now);
}

function isPast(instant: string, waitMs: number, now: Date): boolean {
  return now.getTime() - Date.parse(instant) >= waitMs;
}
