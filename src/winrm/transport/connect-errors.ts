import { types } from 'node:util';
import { TransportError, type TransportErrorCode, type WinrmPhase } from '../errors.js';

interface Explanation {
  readonly code: TransportErrorCode;
  readonly phase: WinrmPhase;
  readonly what: string;
  readonly hint: string;
}

const NO_NAME: Explanation = {
  code: 'dns-not-found',
  phase: 'resolve',
  what: 'the name does not resolve',
  hint: 'Check the spelling and the DNS server that this machine uses',
};
const UNREACHABLE: Explanation = {
  code: 'host-unreachable',
  phase: 'connect',
  what: 'there is no route to the host',
  hint: 'Check that the host is switched on and that routing and firewalls let this machine reach it',
};
const RESET: Explanation = {
  code: 'connection-reset',
  phase: 'connect',
  what: 'the connection was closed while it was set up',
  hint: 'Check what listens on this port, and whether HTTP and HTTPS are mixed up',
};

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOTFOUND: NO_NAME,
  EAI_AGAIN: { ...NO_NAME, what: 'the DNS server does not answer' },
  EAI_NONAME: NO_NAME,
  ECONNREFUSED: {
    code: 'connection-refused',
    phase: 'connect',
    what: 'the port is closed',
    hint: 'Check that WinRM is enabled on the host (winrm quickconfig) and that the port is right',
  },
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EHOSTDOWN: UNREACHABLE,
  ETIMEDOUT: {
    code: 'connect-timeout',
    phase: 'connect',
    what: 'nobody answered',
    hint: 'Check that the host is switched on and that no firewall drops the port',
  },
  ECONNRESET: RESET,
  EPIPE: RESET,
};

/** Node's codes for a certificate that was read but is not trusted (OpenSSL X509_V_ERR_*). */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH|INVALID_CA|CRL/;

/** What connecting to `address` failed of, in the words of this library. */
export const connectError = (error: unknown, address: string, phase: 'connect' | 'tls'): TransportError => {
  const code = errorCode(error);
  const explanation = phase === 'tls' ? tlsExplanation(code, error) : (EXPLANATIONS[code] ?? unknown(error));
  const { code: ownCode, what, hint } = explanation;
  const fields = { phase: explanation.phase, sent: 'no', hint, cause: error } as const;
  return new TransportError(ownCode, `Could not connect to ${address}: ${what}`, fields);
};

/** A connect attempt that took too long. */
export const connectTimeout = (address: string, phase: 'connect' | 'tls', cause: unknown): TransportError =>
  new TransportError('connect-timeout', `Could not connect to ${address}: nobody answered in time`, {
    phase,
    sent: 'no',
    hint: 'Check that the host is switched on and that no firewall drops the port',
    cause,
  });

const tlsExplanation = (code: string, error: unknown): Explanation => {
  if (UNTRUSTED.test(code)) {
    return {
      code: 'tls-untrusted',
      phase: 'tls',
      what: `its certificate is not trusted (${messageOf(error)})`,
      hint: "Trust the issuing authority, or pin the certificate by its fingerprint; the name must be the host's own",
    };
  }
  const known = TLS_FAILURES.find(([pattern]) => pattern.test(code));
  return {
    code: 'tls-failed',
    phase: 'tls',
    what: `TLS could not be set up: ${known?.[1] ?? `OpenSSL gave up${code === '' ? '' : ` with ${code}`}`}`,
    hint: 'Check that the port is that of the HTTPS listener (5986 by default)',
  };
};

/** OpenSSL's reasons as Node names them (`ERR_SSL_` and the reason), in words; its own text holds addresses of its source. */
const TLS_FAILURES: readonly (readonly [RegExp, string])[] = [
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/,
    'what answers on this port does not speak TLS',
  ],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW/,
    'the host offers no TLS version that is still safe',
  ],
  [/HANDSHAKE_FAILURE|NO_SHARED_CIPHER|NO_CIPHER/, 'the host offers no cipher that this machine accepts'],
  [/KEY_TOO_SMALL|MD_TOO_WEAK/, "the host's key or signature is too weak"],
  [/^(ECONNRESET|EPIPE)$|UNEXPECTED_EOF/, 'the host closed the connection in the middle of the handshake'],
];

const unknown = (error: unknown): Explanation => ({ ...UNREACHABLE, what: messageOf(error) });

// With several addresses Node reports an AggregateError: the first cause stands for all.
const errorCode = (error: unknown): string => {
  if (!types.isNativeError(error)) return '';
  if ('errors' in error && Array.isArray(error.errors)) return errorCode(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
};

const messageOf = (error: unknown): string => (types.isNativeError(error) ? error.message : String(error));
