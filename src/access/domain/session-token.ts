import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from '../../shared/secret.js';
import { equalInConstantTime } from './api-key.js';

/** The cookie's name. */
export const SESSION_COOKIE = 'winch_session';

/** The header that a change through a session must carry. */
export const CSRF_HEADER = 'x-csrf-token';

/** How long a session lasts, whatever it is used for: one working day. */
export const SESSION_HOURS = 12;

const TOKEN_BYTES = 32;

/** A new session token, 256 random bits. */
export function generateSessionToken(): Secret {
  return new Secret(randomBytes(TOKEN_BYTES).toString('base64url'));
}

/**
 * The CSRF token of a session. It is computed from the session token, which scripts cannot read (HttpOnly), so
 * that nothing more must be stored and no other site can know it.
 */
export function csrfTokenOf(token: Secret): string {
  return createHmac('sha256', token.reveal()).update('winch/csrf/v1').digest('base64url');
}

/** Compares a sent CSRF token with the session's in constant time. */
export function csrfTokenMatches(token: Secret, sent: string | undefined): boolean {
  return sent !== undefined && equalInConstantTime(csrfTokenOf(token), sent);
}

/** Reads the session token from a `Cookie` header (RFC 6265 section 4.2.1). */
export function sessionTokenIn(cookies: string | undefined): Secret | undefined {
  for (const pair of (cookies ?? '').split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === SESSION_COOKIE && value) return new Secret(value);
  }
  return undefined;
}
