import { type AssetId, newId, type ScanId, type TargetRunId } from '../../shared/ids.js';
import { type Scan, type ScanCause, SCAN_LIFETIME_MS } from './scan.js';

/** Why a scan is ordered, and what it waits for. */
export interface ScanOrigin {
  readonly cause: ScanCause;
  readonly requestedBy?: string;
  readonly targetRunId?: TargetRunId;
  readonly after?: Pick<Scan, 'dueAt' | 'bootAwaitedSince' | 'bootAwaitedUntil'>;
}

/** A scan that is ordered at this instant. Its lifetime begins when it is due. */
export function newScan(
  asset: { readonly id: AssetId; readonly name: string },
  { cause, requestedBy, targetRunId, after }: ScanOrigin,
  at: string,
): Scan & { readonly reportedAt: null } {
  const dueAt = after?.dueAt ?? at;
  return {
    id: newId<ScanId>(),
    assetId: asset.id,
    assetName: asset.name,
    cause,
    requestedBy: requestedBy ?? null,
    targetRunId: targetRunId ?? null,
    state: 'waiting',
    epoch: 0,
    dueAt,
    expiresAt: new Date(Date.parse(dueAt) + SCAN_LIFETIME_MS).toISOString(),
    queuedAt: null,
    workerId: null,
    createdAt: at,
    startedAt: null,
    finishedAt: null,
    bootAwaitedSince: after?.bootAwaitedSince ?? null,
    bootAwaitedUntil: after?.bootAwaitedUntil ?? null,
    outcome: null,
    failureReason: null,
    failureDetail: '',
    changes: null,
    reportedAt: null,
  };
}
