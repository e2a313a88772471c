import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.service.js';
import { systemAct } from '../audit/domain/act.js';
import { CLOCK } from '../config/config.module.js';
import type { ListRequest, Page } from '../database/page.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError, NotFoundError, ValidationError } from '../shared/errors.js';
import { newId, type ApiKeyId } from '../shared/ids.js';
import { type ApiKey, formatKey, generateKey, hashSecret, type KeyText, parseKey } from './domain/api-key.js';
import type { Role } from './domain/roles.js';
import { KeyStore } from './persistence/key-store.js';

const DAY_MS = 86_400_000;

/** A key without an expiry of its own ends after a year: keys nobody remembers must not live for ever. */
export const DEFAULT_KEY_DAYS = 365;

export interface NewKey {
  readonly name: string;
  readonly owner: string;
  readonly role: Role;
  readonly expiresAt?: string | undefined;
}

/** A key just made, with the text that nobody can read again. */
export interface IssuedKey {
  readonly key: ApiKey;
  readonly text: string;
}

/** API keys: making, listing and revoking them. */
@Injectable()
export class KeysService {
  constructor(
    @Inject(KeyStore) private readonly store: KeyStore,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws ValidationError when the expiry is not in the future. */
  async issue(wanted: NewKey): Promise<IssuedKey> {
    const expiresAt = this.#expiryOf(wanted);
    const text = generateKey();
    const key = this.#row(text, { ...wanted, expiresAt });
    await this.store.save(key);
    return { key, text: formatKey(text) };
  }

  async list(request: ListRequest): Promise<Page<ApiKey>> {
    return this.store.list(request);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<ApiKey> {
    const key = await this.store.byId(id);
    if (!key) throw new NotFoundError(`There is no API key ${id}: GET /api/v1/keys lists them`);
    return key;
  }

  /**
   * Ends a key at once, and its sessions with it. Revoking it again changes nothing.
   *
   * @throws ConflictError `last-administrator` when nobody could administer afterwards.
   */
  async revoke(id: string): Promise<void> {
    const key = await this.get(id);
    await this.store.revoke(key.id, this.#now(), (left) => this.#refuseLockOut(key, left));
  }

  /**
   * Makes sure that someone can get in at the start: stores the key that the configuration gives, or, when
   * there are no keys at all, makes an administrator's and answers its text to be printed. Idempotent.
   */
  async ensureFirstKey(configured: string | undefined): Promise<string | undefined> {
    return this.audit.during(systemAct('api-key.bootstrap', 'keys'), () => this.#ensureFirst(configured));
  }

  async #ensureFirst(configured: string | undefined): Promise<string | undefined> {
    if (configured !== undefined) return this.#storeConfigured(configured);
    if ((await this.store.count()) > 0) return undefined;
    const text = generateKey();
    await this.store.save(this.#row(text, FIRST_KEY));
    return formatKey(text);
  }

  async #storeConfigured(configured: string): Promise<undefined> {
    const text = parseKey(configured);
    if (!text) throw new Error('WINCH_BOOTSTRAP_API_KEY has not the form winch_<id>_<secret>');
    const stored = await this.store.byPrefix(text.prefix);
    if (!stored) await this.store.save(this.#row(text, FIRST_KEY));
    // Another secret under the same id is the operator's way back in; the same one may have been revoked on purpose.
    else if (stored.secretHash !== hashSecret(text.secret)) {
      await this.store.save({
        ...stored,
        secretHash: hashSecret(text.secret),
        role: 'administrator',
        revokedAt: null,
      });
    }
    return undefined;
  }

  #expiryOf(wanted: NewKey): string {
    if (wanted.expiresAt === undefined)
      return new Date(this.clock.now().getTime() + DEFAULT_KEY_DAYS * DAY_MS).toISOString();
    const expiresAt = new Date(wanted.expiresAt).toISOString();
    if (expiresAt > this.#now()) return expiresAt;
    throw new ValidationError('The key would have expired already', [
      { pointer: '/expiresAt', code: 'out-of-range', detail: 'Must be in the future' },
    ]);
  }

  #row(text: KeyText, facts: Omit<NewKey, 'expiresAt'> & { readonly expiresAt: string | null }): ApiKey {
    return {
      id: newId<ApiKeyId>(),
      prefix: text.prefix,
      secretHash: hashSecret(text.secret),
      name: facts.name,
      owner: facts.owner,
      role: facts.role,
      createdAt: this.#now(),
      expiresAt: facts.expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    };
  }

  #refuseLockOut(key: ApiKey, left: readonly ApiKey[]): void {
    const now = this.#now();
    const remaining = left.some((other) => other.expiresAt === null || other.expiresAt > now);
    if (key.role !== 'administrator' || key.revokedAt !== null || remaining) return;
    throw new ConflictError(
      `The key ${key.name} is the last administrator's: make another one first`,
      'last-administrator',
    );
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

const FIRST_KEY = {
  name: 'bootstrap',
  owner: 'administrator',
  role: 'administrator',
  expiresAt: null,
} as const;
