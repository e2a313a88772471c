/** How loud a failure is in the log: `warn` someone should look, `error` someone must. */
export type ErrorLogLevel = 'info' | 'warn' | 'error';

/** One fault of a request or document: where (JSON Pointer), which rule, and what to do about it. */
export interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/**
 * The root of our own errors. `code` is stable and public; the message says what was attempted, on what,
 * and what to check next, in a sentence without its final period.
 */
export abstract class WinchError extends Error {
  abstract readonly code: string;
  readonly logLevel: ErrorLogLevel = 'info';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A request or document breaks one or more rules; all of them are in `faults`. */
export class ValidationError extends WinchError {
  constructor(
    message: string,
    readonly faults: readonly Fault[],
    readonly code:
      | 'validation-failed'
      | 'duplicate-name'
      | 'too-many-targets'
      | 'idempotency-key-reused' = 'validation-failed',
  ) {
    super(message);
  }
}

/** The thing that was named does not exist. */
export class NotFoundError extends WinchError {
  readonly code = 'not-found';
}

/** The change does not fit the state of the thing (already finished, in use, archived). */
export class ConflictError extends WinchError {
  constructor(
    message: string,
    readonly code: string = 'conflict',
  ) {
    super(message);
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
