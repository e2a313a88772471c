import { isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { HostAccount } from './accounts.js';
import { NegotiateExchange, type NegotiateResult } from './negotiate.js';
import type { NtlmSettings } from './ntlm-acceptor.js';
import { messageType } from './ntlm-messages.js';
import type { NtlmSecurity } from './ntlm-security.js';

/** What a TCP connection has proved so far. NTLM authenticates connections, not requests (MS-NTHT). */
export interface ConnectionIdentity {
  exchange: NegotiateExchange | null;
  account: HostAccount | null;
  security: NtlmSecurity | null;
}

export type AuthVerdict =
  | { readonly kind: 'authorized'; readonly account: HostAccount; readonly token: Buffer | null }
  | { readonly kind: 'continue'; readonly token: Buffer }
  | { readonly kind: 'refused'; readonly reason: string };

export interface AuthSettings {
  readonly ntlm: NtlmSettings;
  /** Basic is for HTTPS only, so the host decides. */
  readonly basic: boolean;
}

/** A connection that has proved nothing. */
export function anonymousIdentity(): ConnectionIdentity {
  return { exchange: null, account: null, security: null };
}

/** Judges the Authorization header of each request against what its connection has proved. */
export class Authenticator {
  constructor(private readonly settings: AuthSettings) {}

  /** The challenges of a 401 that starts anew. */
  get challenges(): readonly (readonly [string, string])[] {
    const basic = this.settings.basic ? ([['WWW-Authenticate', 'Basic realm="WSMAN"']] as const) : [];
    return [['WWW-Authenticate', 'Negotiate'], ...basic];
  }

  authorize(identity: ConnectionIdentity, header: string | undefined): AuthVerdict {
    const [scheme = '', value = ''] = (header ?? '').trim().split(/\s+/, 2);
    switch (scheme.toLowerCase()) {
      case 'negotiate':
        return this.#negotiate(identity, Buffer.from(value, 'base64'));
      case 'basic':
        return this.#basic(decodeCredentials(Buffer.from(value, 'base64')));
      default:
        return identity.account === null
          ? { kind: 'refused', reason: 'no-credentials' }
          : { kind: 'authorized', account: identity.account, token: null };
    }
  }

  #negotiate(identity: ConnectionIdentity, token: Buffer): AuthVerdict {
    if (identity.exchange === null || identity.account !== null || messageType(token) === 1) {
      Object.assign(identity, anonymousIdentity(), { exchange: new NegotiateExchange(this.settings.ntlm) });
    }
    const result: NegotiateResult = identity.exchange?.next(token) ?? {
      kind: 'refused',
      reason: 'no-exchange',
    };
    if (result.kind !== 'accepted') return result;
    identity.account = result.account;
    identity.security = result.security;
    return { kind: 'authorized', account: result.account, token: result.token };
  }

  #basic(userAndPassword: string): AuthVerdict {
    if (!this.settings.basic) return { kind: 'refused', reason: 'basic-not-allowed' };
    const colon = userAndPassword.indexOf(':');
    const user = userAndPassword.slice(0, colon).split('\\').at(-1) ?? '';
    const account = this.settings.ntlm.accounts.find(user);
    const matches = account !== null && sameText(account.password, userAndPassword.slice(colon + 1));
    return matches
      ? { kind: 'authorized', account, token: null }
      : { kind: 'refused', reason: 'wrong-password' };
  }
}

/** Clients write UTF-8 or Latin-1, and RFC 7617 lets them: what is no UTF-8 is taken for the other. */
function decodeCredentials(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}

function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected, 'utf8'), Buffer.from(given, 'utf8')];
  return a.length === b.length && timingSafeEqual(a, b);
}
