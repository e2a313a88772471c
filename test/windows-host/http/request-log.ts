import type { OperationName } from '../soap/operation.js';

/** One operation that a host has seen, for `GET /requests`. */
export interface LoggedRequest {
  readonly id: number;
  readonly operation: OperationName;
  readonly method: string;
  readonly action: string | null;
  readonly messageId: string | null;
  readonly at: string;
  /** Numbered from 1 in the order of their TCP connections. */
  readonly connection: number;
  readonly sealed: boolean;
  /** The HTTP status answered; null while the answer is outstanding, or when there was none. */
  status: number | null;
  /** Code of the fault answered. */
  fault: number | null;
  /** Why a logon was refused. */
  refusal: string | null;
  /** The misbehaviour that struck it. */
  misbehaviour: string | null;
}

/** Enough for every test, and bounded for a thousand hosts that run for hours. */
const KEPT = 2000;

/** The operations of one host, in the order in which they came. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #count = 0;

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  add(
    entry: Pick<
      LoggedRequest,
      'operation' | 'method' | 'action' | 'messageId' | 'at' | 'connection' | 'sealed'
    >,
  ): LoggedRequest {
    this.#count += 1;
    const logged = {
      ...entry,
      id: this.#count,
      status: null,
      fault: null,
      refusal: null,
      misbehaviour: null,
    };
    this.#entries.push(logged);
    // Halved rather than shifted one by one: shifting a long array for every request is what would cost.
    if (this.#entries.length > KEPT) this.#entries = this.#entries.slice(-KEPT / 2);
    return logged;
  }
}
