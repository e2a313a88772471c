import type { WinrmDeadline } from '../deadline.js';
import type { WinrmPhase } from '../errors.js';

/** An HTTP request to /wsman. Content-Length and Host are the transport's. */
export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An HTTP response, its body complete. */
export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  /** One entry per WWW-Authenticate header. */
  readonly authenticate: readonly string[];
  readonly body: Buffer;
}

/** The limits of one exchange. */
export interface ExchangeLimits {
  readonly phase: WinrmPhase;
  /** How long the host may take, in milliseconds; the deadline may end earlier. */
  readonly timeoutMs: number;
  readonly deadline: WinrmDeadline;
}

/**
 * One TCP connection, which an authenticated session belongs to: it is never replaced by another under the same
 * object. One exchange at a time.
 */
export interface Connection {
  /** Unique among the connections of one transport. */
  readonly id: number;
  /** False once the socket has closed or an exchange has failed. */
  readonly isOpen: boolean;
  /** The server's certificate in DER; undefined without TLS. */
  readonly peerCertificate: Buffer | undefined;
  /**
   * Sends a request and reads its response. Rejects with TransportError or ProtocolError, or with the signal's
   * reason when cancelled; the connection is closed then.
   */
  exchange(request: HttpRequest, limits: ExchangeLimits): Promise<HttpResponse>;
  close(): void;
}

/** Opens connections to one host. */
export interface Transport {
  /** Rejects with TransportError, or with the signal's reason when cancelled. */
  connect(deadline: WinrmDeadline): Promise<Connection>;
}
