/**
 * How long a call may take and how it is cancelled. Any object of this shape will do; when `signal` aborts with
 * time left it is a cancellation, and the wait rejects with the signal's own reason.
 */
export interface WinrmDeadline {
  readonly signal: AbortSignal;
  /** Milliseconds left; Infinity without a limit. */
  remainingMs(): number;
}

/** A deadline of this library's own, for cleaning up after the caller's has passed. */
export const deadlineIn = (ms: number): WinrmDeadline => {
  const expiresAtMs = performance.now() + ms;
  return { signal: AbortSignal.timeout(ms), remainingMs: () => Math.max(0, expiresAtMs - performance.now()) };
};
