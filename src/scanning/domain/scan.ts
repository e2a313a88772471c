import type { FailureReason } from '../../deployments/domain/failure-reason.js';
import type { AssetId, ScanId, TargetRunId } from '../../shared/ids.js';
import type { SoftwareChanges } from './software-change.js';

/** Why an asset is scanned: someone asked, its time has come, or a run may have changed it. */
export const SCAN_CAUSES = ['request', 'timer', 'rescan'] as const;
export type ScanCause = (typeof SCAN_CAUSES)[number];

/** Where a scan stands. `waiting` also between two attempts; `finished` is the only end. */
export const SCAN_STATES = ['waiting', 'queued', 'scanning', 'finished'] as const;
export type ScanState = (typeof SCAN_STATES)[number];

export const SCAN_OUTCOMES = ['succeeded', 'failed'] as const;
export type ScanOutcome = (typeof SCAN_OUTCOMES)[number];

/** One look at one asset, from the order to its end. Instants are in RFC 3339, UTC. */
export interface Scan {
  readonly id: ScanId;
  readonly assetId: AssetId;
  /** Its name when the scan was ordered. */
  readonly assetName: string;
  readonly cause: ScanCause;
  /** The API key's name of who asked; null otherwise. */
  readonly requestedBy: string | null;
  /** The run that it follows, of cause `rescan`. */
  readonly targetRunId: TargetRunId | null;
  readonly state: ScanState;
  /** Which attempt is the valid one; 0 before the first. */
  readonly epoch: number;
  /** Not released before. */
  readonly dueAt: string;
  /** Not released later: then it has failed. */
  readonly expiresAt: string;
  /** When the present attempt was handed to the workers. */
  readonly queuedAt: string | null;
  readonly workerId: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** What counts must have been seen after a boot that came after this instant, until `bootAwaitedUntil`. */
  readonly bootAwaitedSince: string | null;
  readonly bootAwaitedUntil: string | null;
  readonly outcome: ScanOutcome | null;
  /** Of the last attempt that failed, also while another one is to come. */
  readonly failureReason: FailureReason | null;
  readonly failureDetail: string;
  /** Null: not finished, or there was no scan before to compare with. */
  readonly changes: SoftwareChanges | null;
}

/** An order that nobody could carry out in this time is given up: the asset stayed away. */
export const SCAN_LIFETIME_MS = 24 * 3_600_000;
