import type { AssetId, ScanId } from '../../shared/ids.js';
import type { ScanCause } from './scan.js';

/** A scan that waits and is due, as much of it as the decision needs. */
export interface WaitingScan {
  readonly id: ScanId;
  readonly assetId: AssetId;
  readonly cause: ScanCause;
  readonly expiresAt: string;
}

export interface ScansAtRest {
  /** In the order in which they were ordered. */
  readonly waiting: readonly WaitingScan[];
  /** Assets with a run or a scan that is queued or under way. */
  readonly busyAssets: ReadonlySet<AssetId>;
  /** How many more scans may be under way. */
  readonly room: number;
}

export interface ScanReleases {
  readonly release: readonly ScanId[];
  readonly expire: readonly ScanId[];
}

/** Who asked waits for an answer; a timer's scan is nobody's hurry. */
const URGENCY: Readonly<Record<ScanCause, number>> = { request: 0, rescan: 1, timer: 2 };
/** On one asset: what a run has changed must be seen before another scan becomes what the next is compared with. */
const ON_ASSET: Readonly<Record<ScanCause, number>> = { rescan: 0, request: 1, timer: 2 };

/** Decides which scans are released now: at most one for each asset, and none where something is at work. Pure. */
export function decideScans({ waiting, busyAssets, room }: ScansAtRest, now: Date): ScanReleases {
  const instant = now.toISOString();
  const expired = waiting.filter((scan) => scan.expiresAt <= instant);
  const alive = waiting.filter((scan) => scan.expiresAt > instant && !busyAssets.has(scan.assetId));
  const assets = [...Map.groupBy(alive, (scan) => scan.assetId).values()];
  const release = assets
    .toSorted((one, other) => urgencyOf(one) - urgencyOf(other))
    .slice(0, Math.max(0, room))
    .flatMap((scans) => first(scans));
  return { release, expire: expired.map(({ id }) => id) };
}

function urgencyOf(scans: readonly WaitingScan[]): number {
  return Math.min(...scans.map(({ cause }) => URGENCY[cause]));
}

function first(scans: readonly WaitingScan[]): ScanId[] {
  const [scan] = scans.toSorted((one, other) => ON_ASSET[one.cause] - ON_ASSET[other.cause]);
  return scan ? [scan.id] : [];
}
