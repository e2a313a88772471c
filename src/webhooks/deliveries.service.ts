import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Page } from '../database/page.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError, NotFoundError } from '../shared/errors.js';
import { newId, type WebhookId } from '../shared/ids.js';
import type { Delivery, DeliveryId } from './domain/delivery.js';
import type { DeliveryType, EventType, Webhook } from './domain/webhook.js';
import { type DeliveryFilter, DeliveryStore } from './persistence/delivery-store.js';
import { WebhooksService } from './webhooks.service.js';

export type { DeliveryFilter };

/** Something that has happened, for those who want to know. */
export interface Notice {
  readonly type: EventType;
  readonly at: string;
  readonly data: object;
  /** Whom this one deployment's order asked to be told, whatever webhooks subscribe to. */
  readonly callback?: { readonly url: string; readonly webhookId: WebhookId };
}

/** The messages to webhooks: queueing them, reading what became of them, sending them again. */
@Injectable()
export class Deliveries {
  constructor(
    @Inject(WebhooksService) private readonly webhooks: WebhooksService,
    @Inject(DeliveryStore) private readonly store: DeliveryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Up to which recorded event everything has been queued. */
  async position(): Promise<number> {
    return this.store.position();
  }

  /** Whether some webhook that is switched on wants to know of a type. */
  async wanted(): Promise<ReadonlySet<EventType>> {
    return new Set((await this.webhooks.enabled()).flatMap(({ events }) => events));
  }

  /** Queues the notices of the events up to `eventId`, in their order, and moves on: both in one transaction. */
  async queue(notices: readonly Notice[], eventId: number): Promise<void> {
    const webhooks = notices.length === 0 ? [] : await this.webhooks.enabled();
    const deliveries = notices.flatMap((notice) =>
      recipients(notice, webhooks).map(({ webhookId, url }) =>
        this.#delivery({ webhookId, url, type: notice.type, body: bodyOf(notice) }),
      ),
    );
    await this.store.queue(deliveries, eventId);
  }

  /** @throws NotFoundError */
  async list(webhookId: string, filter: DeliveryFilter): Promise<Page<Delivery>> {
    return this.store.list((await this.webhooks.get(webhookId)).id, filter);
  }

  /** @throws NotFoundError */
  async get(webhookId: string, id: string): Promise<Delivery> {
    const webhook = await this.webhooks.get(webhookId);
    const delivery = await this.store.byId(webhook.id, id);
    if (delivery) return delivery;
    throw new NotFoundError(
      `The webhook has no delivery ${id}: GET /api/v1/webhooks/{id}/deliveries lists them`,
    );
  }

  /** Queues a message that only tries the way. @throws NotFoundError; ConflictError when it is switched off. */
  async ping(webhookId: string): Promise<Delivery> {
    const webhook = await this.#enabled(webhookId);
    const body = JSON.stringify({
      type: 'ping',
      timestamp: this.#now(),
      data: { webhook: { id: webhook.id, name: webhook.name } },
    });
    const { id, url } = webhook;
    return this.store.insert(this.#delivery({ webhookId: id, url, type: 'ping', body }));
  }

  /** Puts a delivery back into its place before the younger ones. The same id and body are sent. */
  async sendAgain(webhookId: string, id: string): Promise<Delivery> {
    await this.#enabled(webhookId);
    const delivery = await this.get(webhookId, id);
    await this.store.sendAgain(delivery.id, this.#now());
    return this.get(webhookId, id);
  }

  async #enabled(webhookId: string): Promise<Webhook> {
    const webhook = await this.webhooks.get(webhookId);
    if (webhook.enabled) return webhook;
    throw new ConflictError(`The webhook ${webhook.name} is switched off: enable it first`);
  }

  #delivery(
    message: Pick<Delivery, 'webhookId' | 'url' | 'body'> & { readonly type: DeliveryType },
  ): Delivery {
    const now = this.#now();
    return {
      id: newId<DeliveryId>(),
      ...message,
      state: 'pending',
      attempts: 0,
      createdAt: now,
      queuedAt: now,
      nextAttemptAt: now,
      lastAttemptAt: null,
      lastStatus: null,
      lastError: null,
      lastAnswer: null,
      finishedAt: null,
    };
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

interface Recipient {
  readonly webhookId: WebhookId;
  readonly url: string;
}

/** Every address once: a callback to the address that a webhook subscribes with anyway is not a second message. */
function recipients({ type, callback }: Notice, webhooks: readonly Webhook[]): readonly Recipient[] {
  const subscribed = webhooks
    .filter(({ events }) => events.includes(type))
    .map(({ id, url }) => ({ webhookId: id, url }));
  const mayCall = callback !== undefined && webhooks.some(({ id }) => id === callback.webhookId);
  const isTold = subscribed.some(
    ({ webhookId, url }) => webhookId === callback?.webhookId && url === callback.url,
  );
  return mayCall && !isTold ? [...subscribed, callback] : subscribed;
}

function bodyOf({ type, at, data }: Notice): string {
  return JSON.stringify({ type, timestamp: at, data });
}
