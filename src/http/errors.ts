import type { Fault } from '../shared/errors.js';
import { WinchError } from '../shared/errors.js';
import type { ProblemCode } from './problem-codes.js';

/** The request itself cannot be used: its form, its headers, its media type. */
export class RequestError extends WinchError {
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly faults: readonly Fault[] = [],
  ) {
    super(message);
  }
}
