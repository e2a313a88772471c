import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { messageOf } from '../shared/errors.js';
import { Loop } from '../shared/loop.js';
import type { WebhookId } from '../shared/ids.js';
import { CallbackClient } from './callback-client.service.js';
import type { Attempt, Delivery } from './domain/delivery.js';
import { settleAttempt } from './domain/settle-attempt.js';
import { signatureHeaders } from './domain/signature.js';
import type { Webhook } from './domain/webhook.js';
import { DeliveryStore } from './persistence/delivery-store.js';
import { WebhooksService } from './webhooks.service.js';

const TICK_MS = 500;
/** Webhooks that are called at the same time; of one webhook always one message at a time, so that their order stays. */
const CALLS_AT_ONCE = 8;
const KEEP_DAYS = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REMOVED_AT_A_TIME = 500;

/**
 * Sends what is queued, each webhook's messages in their order. What is due stands in SQL: a restart loses nothing. A
 * crash between the call and the note of it sends a message twice, under the same `webhook-id`.
 */
@Injectable()
export class Deliverer implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #calls = new Map<WebhookId, Promise<void>>();
  #retainAtMs = 0;
  readonly #stopping = new AbortController();
  readonly #loop = new Loop({
    everyMs: TICK_MS,
    work: () => this.turn(),
    onError: (error) => this.logger.error({ err: error }, 'webhooks.failed'),
  });

  constructor(
    @Inject(WebhooksService) private readonly webhooks: WebhooksService,
    @Inject(DeliveryStore) private readonly store: DeliveryStore,
    @Inject(CallbackClient) private readonly client: CallbackClient,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  /** A call that is under way is broken off, and made again after the next start. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort(new Error('Winch is being stopped'));
    await this.#loop.stop();
    await Promise.all(this.#calls.values());
  }

  /** Begins what is due and can be begun; does not wait for answers. */
  async turn(): Promise<void> {
    await this.#retain();
    const heads = await this.store.heads();
    if (heads.length === 0) return;
    const enabled = new Map((await this.webhooks.enabled()).map((webhook) => [webhook.id, webhook]));
    const now = this.clock.now().toISOString();
    for (const head of heads) {
      const webhook = enabled.get(head.webhookId);
      const isDue = head.nextAttemptAt !== null && head.nextAttemptAt <= now;
      if (webhook && isDue && this.#hasRoom(webhook.id)) this.#begin(webhook, head);
    }
  }

  #hasRoom(id: WebhookId): boolean {
    return !this.#calls.has(id) && this.#calls.size < CALLS_AT_ONCE && !this.#stopping.signal.aborted;
  }

  #begin(webhook: Webhook, delivery: Delivery): void {
    const call = this.#deliver(webhook, delivery)
      .catch((error: unknown) =>
        this.logger.error({ err: error, webhook: webhook.id, delivery: delivery.id }, 'webhook.failed'),
      )
      .finally(() => this.#calls.delete(webhook.id));
    this.#calls.set(webhook.id, call);
  }

  async #deliver(webhook: Webhook, delivery: Delivery): Promise<void> {
    const attempt = await this.#attempt(webhook, delivery);
    if (this.#stopping.signal.aborted && attempt.status === null) return;
    const progress = settleAttempt(delivery, attempt, { now: this.clock.now(), random: Math.random() });
    await this.store.settle(delivery, progress);
    // The next message is due at once. Not where something failed on our side: the next turn is soon enough.
    this.#loop.wake();
    const facts = { webhook: webhook.id, delivery: delivery.id, attempts: progress.attempts };
    const { status, error } = attempt;
    if (progress.state === 'delivered') this.logger.info({ ...facts, status }, 'webhook.delivered');
    else this.logger.warn({ ...facts, status, error, state: progress.state }, 'webhook.refused');
  }

  /** A secret that cannot be opened is told where the delivery is read. */
  async #attempt(webhook: Webhook, delivery: Delivery): Promise<Attempt> {
    try {
      return await this.client.call(this.#signed(webhook, delivery), this.#stopping.signal);
    } catch (error) {
      return { status: null, error: messageOf(error), answer: null, retryAfterMs: null };
    }
  }

  async #retain(): Promise<void> {
    const nowMs = this.clock.now().getTime();
    if (nowMs < this.#retainAtMs) return;
    const before = new Date(nowMs - KEEP_DAYS * DAY_MS).toISOString();
    const removed = await this.store.removeSome(before, REMOVED_AT_A_TIME);
    // Where there is more, the next turn goes on.
    if (removed < REMOVED_AT_A_TIME) this.#retainAtMs = nowMs + HOUR_MS;
  }

  #signed(webhook: Webhook, { id, url, body }: Delivery) {
    const timestamp = Math.floor(this.clock.now().getTime() / 1_000);
    const secret = this.webhooks.secretOf(webhook).reveal();
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Winch',
      ...signatureHeaders({ id, timestamp, body, secret }),
    };
    return { url, body, headers };
  }
}
