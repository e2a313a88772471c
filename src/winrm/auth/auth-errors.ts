import { NtlmError, type NtlmErrorCode } from '../../ntlm/index.js';
import {
  AuthenticationError,
  type AuthenticationErrorCode,
  type WinrmPhase,
  type WinrmSent,
} from '../errors.js';

const HINTS: Readonly<Record<AuthenticationErrorCode, string>> = {
  'bad-credentials':
    'Check user name and password and that the account is neither locked nor disabled; over HTTPS a proxy in ' +
    'between breaks the channel binding and is refused in the same way',
  'mechanism-not-offered': 'See Auth in winrm/config/service on the host',
  'basic-needs-verified-tls': 'Use HTTPS with a verified or pinned certificate, or Negotiate',
  'bad-user-name': 'Write the user name as DOMAIN\\user, user@realm, .\\user or user',
  'bad-challenge': 'Check what really answers on this address',
  downgrade: 'The host, or someone in between, offers only weak protection: see its LAN Manager policies',
  'clear-text-refused': 'Someone in between may have answered in place of the host',
  'bad-seal': 'A message was changed on its way, or a proxy mixes connections',
  'seal-refused': 'The host could not open a sealed message: a proxy may split the connection in two',
  'authentication-lost': 'The WinRM service of the host has probably restarted: connect again',
};

/** An AuthenticationError with the hint of its code. */
export const authenticationError = (
  code: AuthenticationErrorCode,
  message: string,
  fields: { readonly phase: WinrmPhase; readonly sent: WinrmSent; readonly cause?: unknown },
): AuthenticationError => new AuthenticationError(code, message, { ...fields, hint: HINTS[code] });

/** Runs a step of the NTLM library; its failures become errors of this one. */
export const withNtlmErrors = <T>(phase: WinrmPhase, step: () => T): T => {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof NtlmError)) throw error;
    const sent = phase === 'authenticate' ? 'no' : 'yes';
    throw authenticationError(CODES[error.code], error.message, { phase, sent, cause: error });
  }
};

const CODES: Readonly<Record<NtlmErrorCode, AuthenticationErrorCode>> = {
  'bad-signature': 'bad-seal',
  'context-dead': 'bad-seal',
  rejected: 'bad-credentials',
  downgrade: 'downgrade',
  'bad-user-name': 'bad-user-name',
  'malformed-token': 'bad-challenge',
  'target-info-missing': 'bad-challenge',
  'timestamp-missing': 'downgrade',
};
