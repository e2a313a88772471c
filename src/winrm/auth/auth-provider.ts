import type { WinrmPhase } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../transport/transport.js';

/** The media type of clear SOAP bodies. */
export const SOAP_CONTENT_TYPE = 'application/soap+xml;charset=UTF-8';

/** A body in the clear and what its media type says of it. */
export interface ClearBody {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * One mechanism on one connection: a handshake of legs with empty bodies (so that a repeated leg repeats no
 * operation), then protection of each body. Never carried over to another connection.
 * All methods throw AuthenticationError; after that the connection must be closed.
 */
export interface AuthProvider {
  /** For events and messages, such as `Negotiate`. */
  readonly mechanism: string;
  /** The Authorization header of the first leg; undefined when the mechanism has no legs. */
  start(): string | undefined;
  /** Reads the answer to a leg: the header of the next one, or undefined when the host accepted. */
  next(reply: HttpResponse): string | undefined;
  /** The request that carries this SOAP body. */
  seal(body: Buffer): HttpRequest;
  /** The SOAP body of an answer. */
  open(reply: HttpResponse, phase: WinrmPhase): ClearBody;
}
