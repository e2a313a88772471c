import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, LessThan } from 'typeorm';
import { Database } from '../../database/database.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereEqual } from '../../database/search.js';
import type { WebhookId } from '../../shared/ids.js';
import type { Delivery, DeliveryId, DeliveryState, Progress } from '../domain/delivery.js';
import { WebhookDeliveryRow } from './webhook-delivery.entity.js';
import { WebhookPositionRow } from './webhook-position.entity.js';

const SORT = { columns: { createdAt: 'createdAt' }, defaultSort: '-createdAt' };
const THE_EVENTS = 'events';
/** SQLite takes at most 32,766 values in a statement; a row has fifteen. */
const ROWS_PER_INSERT = 200;

/** What a list may be narrowed by. */
export interface DeliveryFilter extends ListRequest {
  readonly state?: DeliveryState | undefined;
  readonly type?: string | undefined;
}

/** SQL for what is delivered to webhooks. */
@Injectable()
export class DeliveryStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byId(webhookId: WebhookId, id: string): Promise<Delivery | null> {
    return this.database.reader.findOneBy(WebhookDeliveryRow, { webhookId, id: id as DeliveryId });
  }

  async list(webhookId: WebhookId, filter: DeliveryFilter): Promise<Page<Delivery>> {
    const query = this.database.reader.createQueryBuilder(WebhookDeliveryRow, 'delivery');
    whereEqual(query, 'webhookId', webhookId);
    whereEqual(query, 'state', filter.state);
    whereEqual(query, 'type', filter.type);
    return fetchPage(query, SORT, filter);
  }

  async insert(delivery: Delivery): Promise<Delivery> {
    return this.database.write((tx) =>
      tx.save(WebhookDeliveryRow, Object.assign(new WebhookDeliveryRow(), delivery)),
    );
  }

  /** Up to which recorded event everything has been queued. */
  async position(): Promise<number> {
    const row = await this.database.reader.findOneBy(WebhookPositionRow, { id: THE_EVENTS });
    return row?.eventId ?? 0;
  }

  /** Queues what the events up to `eventId` bring about and moves on, or neither: nothing is lost or doubled by a crash. */
  async queue(deliveries: readonly Delivery[], eventId: number): Promise<void> {
    await this.database.write(async (tx) => {
      await insertAll(tx, deliveries);
      await tx.save(WebhookPositionRow, { id: THE_EVENTS, eventId });
    });
  }

  /** The next message of each webhook, whether it is due or not. */
  async heads(): Promise<readonly Delivery[]> {
    const query = this.database.reader.createQueryBuilder(WebhookDeliveryRow, 'delivery');
    const first = query.subQuery().select('MIN(pending.id)').from(WebhookDeliveryRow, 'pending');
    first.where("pending.state = 'pending'").groupBy('pending.webhookId');
    return query.where(`delivery.id IN ${first.getQuery()}`).getMany();
  }

  /** Notes what came of an attempt; answers false when the delivery has gone, or was sent again, meanwhile. */
  async settle({ id, queuedAt }: Delivery, progress: Progress): Promise<boolean> {
    const { affected } = await this.database.write((tx) =>
      tx.update(WebhookDeliveryRow, { id, queuedAt, state: 'pending' }, progress),
    );
    return affected !== 0;
  }

  /** Puts a delivery back into its place in the queue. */
  async sendAgain(id: DeliveryId, at: string): Promise<void> {
    const anew = {
      state: 'pending',
      attempts: 0,
      queuedAt: at,
      nextAttemptAt: at,
      finishedAt: null,
    } as const;
    await this.database.write((tx) => tx.update(WebhookDeliveryRow, { id }, anew));
  }

  /** Removes some deliveries that ended before an instant; answers how many. */
  async removeSome(before: string, limit: number): Promise<number> {
    const old = await this.database.reader.find(WebhookDeliveryRow, {
      select: { id: true },
      where: { finishedAt: LessThan(before) },
      take: limit,
    });
    if (old.length === 0) return 0;
    await this.database.write((tx) => tx.delete(WebhookDeliveryRow, { id: In(old.map(({ id }) => id)) }));
    return old.length;
  }
}

async function insertAll(tx: EntityManager, deliveries: readonly Delivery[]): Promise<void> {
  for (let from = 0; from < deliveries.length; from += ROWS_PER_INSERT)
    await tx.insert(WebhookDeliveryRow, deliveries.slice(from, from + ROWS_PER_INSERT));
}
