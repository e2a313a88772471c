import type { FailureReason } from '../deployments/domain/failure-reason.js';
import type { Outcome } from '../deployments/domain/outcome.js';
import { messageOf } from '../shared/errors.js';
import {
  AuthenticationError,
  FaultError,
  HttpStatusError,
  ProtocolError,
  TransportError,
  WinrmError,
} from '../winrm/index.js';
import { LogonHeldBackError } from './logon-held-back-error.js';

/** How a run ends that could not be started, and why. */
export interface RunFailure {
  readonly outcome: Extract<Outcome, 'unreachable' | 'blocked'>;
  readonly failureReason: FailureReason;
  readonly failureDetail: string;
}

/**
 * Turns what the WinRM library threw into a value. This is the one seam: everything before it throws, everything
 * after it is an Outcome. `undefined` for an error that is not the target's: that one is ours.
 */
export function classifyFailure(error: unknown): RunFailure | undefined {
  if (error instanceof LogonHeldBackError)
    return { outcome: 'blocked', failureReason: 'logon-held-back', failureDetail: error.message };
  if (!(error instanceof WinrmError)) return undefined;
  const failureReason = reasonOf(error);
  return {
    outcome: UNREACHABLE.includes(failureReason) ? 'unreachable' : 'blocked',
    failureReason,
    failureDetail: `${messageOf(error)} (while: ${error.phase})`,
  };
}

/** With these, nobody answered who could have refused. */
const UNREACHABLE: readonly FailureReason[] = [
  'name-not-found',
  'connection-refused',
  'connect-timed-out',
  'host-unreachable',
  'connection-lost',
];

function reasonOf(error: WinrmError): FailureReason {
  if (error instanceof TransportError) return transportReason(error.code);
  if (error instanceof AuthenticationError) return authenticationReason(error.code);
  if (error instanceof FaultError) return faultReason(error);
  if (error instanceof HttpStatusError) return statusReason(error.status);
  return error instanceof ProtocolError ? 'protocol-error' : 'worker-error';
}

function transportReason(code: TransportError['code']): FailureReason {
  switch (code) {
    case 'dns-not-found':
      return 'name-not-found';
    case 'connection-refused':
      return 'connection-refused';
    case 'connect-timeout':
    case 'timed-out':
      return 'connect-timed-out';
    case 'host-unreachable':
      return 'host-unreachable';
    case 'connection-reset':
      return 'connection-lost';
    case 'tls-untrusted':
      return 'tls-untrusted';
    case 'tls-fingerprint-mismatch':
      return 'tls-fingerprint-mismatch';
    case 'tls-failed':
      return 'tls-failed';
  }
}

function authenticationReason(code: AuthenticationError['code']): FailureReason {
  switch (code) {
    case 'bad-credentials':
    case 'bad-user-name':
      return 'wrong-password';
    case 'mechanism-not-offered':
      return 'authentication-not-offered';
    case 'clear-text-refused':
    case 'basic-needs-verified-tls':
      return 'clear-text-refused';
    case 'downgrade':
    case 'bad-challenge':
    case 'bad-seal':
    case 'seal-refused':
      return 'protocol-error';
    case 'authentication-lost':
      return 'connection-lost';
  }
}

function faultReason(error: FaultError): FailureReason {
  if (error.isAccessDenied) return 'access-denied';
  return error.isQuotaExceeded ? 'quota-exceeded' : 'protocol-error';
}

function statusReason(status: number): FailureReason {
  if (status === 403) return 'access-denied';
  return status === 503 ? 'quota-exceeded' : 'winrm-not-enabled';
}
