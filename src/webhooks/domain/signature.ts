import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** How far a receiver lets the timestamp be from its own clock: what is older may be a replay. */
export const TOLERANCE_SECONDS = 300;

/** A fresh secret, `whsec_` and Base64, as the Standard Webhooks specification writes it. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** Whether a text is `whsec_` and the Base64 of 24 to 64 bytes. */
export function isSecret(text: string): boolean {
  const bytes = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

/** What is signed, and with what. */
export interface Signable {
  readonly id: string;
  /** Seconds since 1970, of this attempt. */
  readonly timestamp: number;
  readonly body: string;
  readonly secret: string;
}

/**
 * The headers that let a receiver check who sent a body, and when: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks
 * 1.0, github.com/standard-webhooks/standard-webhooks, "Signature scheme").
 */
export function signatureHeaders({ id, timestamp, body, secret }: Signable): Record<string, string> {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${mac}` };
}
