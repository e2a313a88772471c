import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import { sealText, unsealText } from '../credentials/domain/seal.js';
import type { Page } from '../database/page.js';
import type { Clock } from '../shared/clock.js';
import { type Fault, NotFoundError, ValidationError } from '../shared/errors.js';
import { newId, type WebhookId } from '../shared/ids.js';
import { Secret } from '../shared/secret.js';
import { CallbackClient } from './callback-client.service.js';
import { newSecret } from './domain/signature.js';
import { urlFault } from './domain/target-policy.js';
import { covers, type EventType, type Webhook } from './domain/webhook.js';
import { type WebhookFilter, WebhookStore } from './persistence/webhook-store.js';

export type { WebhookFilter };

export interface NewWebhook {
  readonly name: string;
  readonly url: string;
  readonly events: readonly EventType[];
  readonly enabled?: boolean | undefined;
  /** Left out: one is made. */
  readonly secret?: Secret | undefined;
}

/** Fields left out stay as they are. */
export type WebhookChange = {
  readonly [Field in Exclude<keyof NewWebhook, 'secret'>]?: NewWebhook[Field] | undefined;
};

/** Is given the instant of the last change before another one, and throws when the client has not seen that one. */
export type ChangeCheck = (updatedAt: string) => void;

/** A webhook with the secret that nobody can read again. */
export interface IssuedWebhook {
  readonly webhook: Webhook;
  readonly secret: Secret;
}

/** Webhooks: other programs that are told what happens. */
@Injectable()
export class WebhooksService {
  constructor(
    @Inject(WebhookStore) private readonly store: WebhookStore,
    @Inject(CallbackClient) private readonly client: CallbackClient,
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(filter: WebhookFilter): Promise<Page<Webhook>> {
    return this.store.list(filter);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Webhook> {
    return found(id, await this.store.byId(id));
  }

  /** @throws ValidationError for a URL that may not be called, or `duplicate-name` */
  async create(wanted: NewWebhook): Promise<IssuedWebhook> {
    this.#checkUrl(wanted.url);
    const { name, url, events, enabled = true, secret = new Secret(newSecret()) } = wanted;
    const id = newId<WebhookId>();
    const now = this.#now();
    const sealedSecret = this.#seal(secret, id);
    const row = { id, name, url, events: [...new Set(events)], enabled, sealedSecret };
    return { webhook: await this.store.insert({ ...row, createdAt: now, updatedAt: now }), secret };
  }

  /** Changes the given fields and leaves the others. What is queued already keeps the address that it was queued for. */
  async change(id: string, change: WebhookChange, check: ChangeCheck): Promise<Webhook> {
    if (change.url !== undefined) this.#checkUrl(change.url);
    const changed = await this.store.change(id as WebhookId, (present) => {
      check(present.updatedAt);
      const { name = present.name, url = present.url, enabled = present.enabled } = change;
      const events = [...new Set(change.events ?? present.events)];
      return { ...present, name, url, events, enabled, updatedAt: this.#now() };
    });
    return found(id, changed);
  }

  /** Gives it another secret, which signs from now on whatever is sent. */
  async renewSecret(id: string): Promise<IssuedWebhook> {
    const secret = new Secret(newSecret());
    const changed = await this.store.change(id as WebhookId, (present) => ({
      ...present,
      sealedSecret: this.#seal(secret, present.id),
      updatedAt: this.#now(),
    }));
    return { webhook: found(id, changed), secret };
  }

  async remove(id: string, check: ChangeCheck): Promise<void> {
    const webhook = await this.get(id);
    await this.store.remove(webhook.id, (present) => check(present.updatedAt));
  }

  /** Those that are switched on. */
  async enabled(): Promise<readonly Webhook[]> {
    return this.store.enabled();
  }

  /** @throws SealError when the secret was sealed with another master key. */
  secretOf({ id, sealedSecret }: Webhook): Secret {
    return new Secret(unsealText(sealedSecret, this.config.masterKey, id));
  }

  /** The webhook because of which an address may be called back, and whose secret signs the call; null: none covers it. */
  async covering(callbackUrl: string): Promise<WebhookId | null> {
    return (await this.enabled()).find((each) => covers(each, callbackUrl))?.id ?? null;
  }

  #checkUrl(url: string): void {
    const detail = urlFault(url, this.client.policy);
    if (detail === null) return;
    const fault: Fault = { pointer: '/url', code: 'not-allowed', detail };
    throw new ValidationError('The webhook may not be called', [fault]);
  }

  #seal(secret: Secret, id: WebhookId): string {
    return sealText(secret.reveal(), this.config.masterKey, id);
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

function found(id: string, webhook: Webhook | null): Webhook {
  if (webhook) return webhook;
  throw new NotFoundError(`There is no webhook ${id}: GET /api/v1/webhooks lists them`);
}
