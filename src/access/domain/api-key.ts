import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { ApiKeyId } from '../../shared/ids.js';
import { Secret } from '../../shared/secret.js';
import type { Role } from './roles.js';

/** An API key as it is kept: of its secret only a hash. Instants are in RFC 3339, UTC. */
export interface ApiKey {
  readonly id: ApiKeyId;
  /** The public part, unique. */
  readonly prefix: string;
  readonly secretHash: string;
  readonly name: string;
  readonly owner: string;
  readonly role: Role;
  readonly createdAt: string;
  /** Null: never; only the bootstrap key. */
  readonly expiresAt: string | null;
  /** Accurate to a quarter of an hour: it is not worth a write per request. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** A key as its holder sends it, taken apart. */
export interface KeyText {
  /** The public part, by which the stored hash is found. */
  readonly prefix: string;
  readonly secret: Secret;
}

const KEY = /^winch_([a-z0-9]{1,32})_(\S{32,512})$/;
const PREFIX_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const PREFIX_LENGTH = 12;
const SECRET_BYTES = 32;

/** Takes `winch_<id>_<secret>` apart; undefined when the text has another form. */
export function parseKey(text: string): KeyText | undefined {
  const [, prefix, secret] = KEY.exec(text) ?? [];
  return prefix === undefined || secret === undefined ? undefined : { prefix, secret: new Secret(secret) };
}

/** Makes a new key with 256 bits of randomness in its secret. */
export function generateKey(): KeyText {
  const letters = Array.from(
    { length: PREFIX_LENGTH },
    () => PREFIX_ALPHABET[randomInt(PREFIX_ALPHABET.length)],
  );
  return { prefix: letters.join(''), secret: new Secret(randomBytes(SECRET_BYTES).toString('base64url')) };
}

/** The key as it is shown to its holder, once. */
export function formatKey(key: KeyText): string {
  return `winch_${key.prefix}_${key.secret.reveal()}`;
}

/**
 * What is stored of a secret. Plain SHA-256 and not a slow password hash: the secret is random (256 bits where we
 * make it, at least 32 characters where an operator gives it), so that guessing is hopeless at any speed, while
 * scrypt would cost every request 50 ms of CPU and hand strangers a way to exhaust it.
 */
export function hashSecret(secret: Secret): string {
  return createHash('sha256').update(secret.reveal()).digest('hex');
}

/** Compares a secret with a stored hash in constant time. */
export function secretMatches(secret: Secret, hash: string): boolean {
  return equalInConstantTime(hashSecret(secret), hash);
}

/** Compares two texts without telling by its duration how far they agree. */
export function equalInConstantTime(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
