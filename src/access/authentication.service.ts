import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import type { Secret } from '../shared/secret.js';
import { type ApiKey, hashSecret, parseKey, secretMatches } from './domain/api-key.js';
import type { Caller } from './domain/caller.js';
import { NotAuthenticatedError } from './domain/errors.js';
import { generateSessionToken, SESSION_HOURS } from './domain/session-token.js';
import { KeyStore } from './persistence/key-store.js';
import { SessionStore } from './persistence/session-store.js';

/** How far behind `lastUsedAt` may be. */
const LAST_USED_STEP_MS = 15 * 60_000;

const HOUR_MS = 3_600_000;

/** A browser's session as it is handed out. */
export interface OpenSession {
  readonly token: Secret;
  readonly expiresAt: string;
  readonly caller: Caller;
}

/**
 * Finds out who asks. Failed attempts are not counted or slowed down: a random secret of 256 bits cannot be
 * guessed, and a lock would let a stranger shut out the owner of a known key id.
 */
@Injectable()
export class AuthenticationService {
  constructor(
    @Inject(KeyStore) private readonly keys: KeyStore,
    @Inject(SessionStore) private readonly sessions: SessionStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws NotAuthenticatedError when the key is unknown, wrong, expired or revoked. */
  async byKey(text: string): Promise<Caller> {
    return callerOf(await this.#validKey(text), 'key');
  }

  /** @throws NotAuthenticatedError when the session is unknown or over, or its key no longer valid. */
  async bySession(token: Secret): Promise<OpenSession> {
    const session = await this.sessions.byTokenHash(hashSecret(token));
    if (!session || session.expiresAt <= this.#now()) throw new NotAuthenticatedError();
    const key = await this.keys.byId(session.keyId);
    if (!key || !this.#isValid(key)) throw new NotAuthenticatedError();
    return { token, expiresAt: session.expiresAt, caller: callerOf(key, 'session') };
  }

  /** Exchanges a key for a session, which ends with the key at the latest. */
  async openSession(keyText: string): Promise<OpenSession> {
    const key = await this.#validKey(keyText);
    const now = this.#now();
    const end = new Date(this.clock.now().getTime() + SESSION_HOURS * HOUR_MS).toISOString();
    const expiresAt = key.expiresAt !== null && key.expiresAt < end ? key.expiresAt : end;
    const token = generateSessionToken();
    await this.sessions.start(
      { tokenHash: hashSecret(token), keyId: key.id, createdAt: now, expiresAt },
      now,
    );
    return { token, expiresAt, caller: callerOf(key, 'session') };
  }

  /** Ends a session. Ending it twice changes nothing. */
  async endSession(token: Secret): Promise<void> {
    await this.sessions.end(hashSecret(token));
  }

  async #validKey(text: string): Promise<ApiKey> {
    const parsed = parseKey(text);
    const key = parsed && (await this.keys.byPrefix(parsed.prefix));
    if (!key || !secretMatches(parsed.secret, key.secretHash) || !this.#isValid(key))
      throw new NotAuthenticatedError();
    await this.#noteUse(key);
    return key;
  }

  #isValid(key: ApiKey): boolean {
    return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > this.#now());
  }

  async #noteUse(key: ApiKey): Promise<void> {
    const due = new Date(this.clock.now().getTime() - LAST_USED_STEP_MS).toISOString();
    if (key.lastUsedAt === null || key.lastUsedAt <= due) await this.keys.setLastUsed(key.id, this.#now());
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

function callerOf(key: ApiKey, via: Caller['via']): Caller {
  return { keyId: key.id, keyName: key.name, owner: key.owner, role: key.role, via };
}
