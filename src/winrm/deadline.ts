/**
 * How long a call may take and how it is cancelled. Any object of this shape will do; when `signal` aborts with
 * time left it is a cancellation, and the wait rejects with the signal's own reason.
 */
export interface WinrmDeadline {
  readonly signal: AbortSignal;
  /** Milliseconds left; Infinity without a limit. */
  remainingMs(): number;
}

/**
 * Whether the time is up; a signal that aborted before is a cancellation. Timers fire up to a millisecond early, so
 * what `AbortSignal.timeout` aborted (a TimeoutError) counts as over whatever is left.
 */
export const isExpired = (deadline: WinrmDeadline): boolean =>
  deadline.remainingMs() <= 0 || isTimeout(deadline.signal.reason);

const isTimeout = (reason: unknown): boolean =>
  typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';

/** A deadline of this library's own, for cleaning up after the caller's has passed. */
export const deadlineIn = (ms: number): WinrmDeadline => {
  const expiresAtMs = performance.now() + ms;
  return { signal: AbortSignal.timeout(ms), remainingMs: () => Math.max(0, expiresAtMs - performance.now()) };
};
