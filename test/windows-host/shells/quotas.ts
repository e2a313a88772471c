/** The limits of one host's WinRM service; the defaults are those of Windows Server 2016 (MS-WSMV 3.1.4.1). */
export interface Quotas {
  readonly maxShellsPerUser: number;
  readonly maxConcurrentOperationsPerUser: number;
  readonly maxEnvelopeSizeKb: number;
  readonly maxTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

export const DEFAULT_QUOTAS: Quotas = {
  maxShellsPerUser: 30,
  maxConcurrentOperationsPerUser: 1500,
  maxEnvelopeSizeKb: 500,
  maxTimeoutMs: 60_000,
  idleTimeoutMs: 7_200_000,
};

/** No operation times out sooner, whatever OperationTimeout asks (measured on 2008 R2). */
const MINIMUM_TIMEOUT_MS = 500;

/** How long an operation may wait: what the client asks, within the service's bounds. */
export function operationTimeoutMs(requestedMs: number | null, quotas: Quotas): number {
  const asked = Math.min(requestedMs ?? quotas.maxTimeoutMs, quotas.maxTimeoutMs);
  return Math.max(asked, MINIMUM_TIMEOUT_MS);
}

/** How large a reply may be: a client's limit above the service's is silently lowered to it. */
export function replyLimitBytes(requestedBytes: number | null, quotas: Quotas): number {
  const own = quotas.maxEnvelopeSizeKb * 1024;
  return Math.min(requestedBytes ?? own, own);
}
