import type { WinrmListener } from '../events.js';
import type { TlsOptions } from '../transport/open-socket.js';

/** Where a host listens. */
export interface HostOptions {
  /** A name, or an address; a literal IPv6 address with or without brackets. */
  readonly host: string;
  readonly port: number;
  readonly transport: 'http' | 'https';
  /** Only with https; verified in full by default. */
  readonly tls?: TlsOptions;
  /** For TCP and TLS together; 15,000 by default. */
  readonly connectTimeoutMs?: number;
}

/** Where a host listens, and who logs on how. */
export interface SessionOptions extends HostOptions {
  /** `negotiate` is NTLMv2, sealed over http; `basic` needs verified or pinned https. */
  readonly authentication: 'negotiate' | 'basic';
  /** `DOMAIN\user`, `user@realm`, `.\user` or `user`. */
  readonly username: string;
  /** Asked for at each logon, and with `basic` at each request. */
  readonly password: { reveal(): string };
  /** How long the host may hold back an answer, in whole seconds; 20 by default, 60 at most (MaxTimeoutms). */
  readonly operationTimeoutSeconds?: number;
  readonly timing?: Partial<SessionTiming>;
  readonly onEvent?: WinrmListener;
}

/** The waits of a session, in milliseconds. */
export interface SessionTiming {
  /** Beyond the operation timeout, until an answer is given up; 10,000 by default. */
  readonly answerGraceMs: number;
  /** Before the first repetition of a Receive, doubled for each further one; 1,000 by default. */
  readonly receiveRetryDelayMs: number;
  /** For deleting what is still open when a session or shell is disposed; 5,000 by default. */
  readonly cleanupTimeoutMs: number;
}

export const DEFAULT_TIMING: SessionTiming = {
  answerGraceMs: 10_000,
  receiveRetryDelayMs: 1_000,
  cleanupTimeoutMs: 5_000,
};

export const DEFAULT_OPERATION_TIMEOUT_SECONDS = 20;
export const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;
