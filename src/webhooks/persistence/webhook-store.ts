import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import { nameKey } from '../../database/name-key.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereContains } from '../../database/search.js';
import { ValidationError } from '../../shared/errors.js';
import type { WebhookId } from '../../shared/ids.js';
import type { Webhook } from '../domain/webhook.js';
import { WebhookDeliveryRow } from './webhook-delivery.entity.js';
import { WebhookRow } from './webhook.entity.js';

const SORT = { columns: { name: 'nameKey', createdAt: 'createdAt' }, defaultSort: 'name' };

/** What a list may be narrowed by. */
export interface WebhookFilter extends ListRequest {
  readonly q?: string | undefined;
}

/** SQL for webhooks. */
@Injectable()
export class WebhookStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byId(id: string): Promise<Webhook | null> {
    return this.database.reader.findOneBy(WebhookRow, { id: id as WebhookId });
  }

  /** Those that are switched on. There are few. */
  async enabled(): Promise<readonly Webhook[]> {
    return this.database.reader.findBy(WebhookRow, { enabled: true });
  }

  async list(filter: WebhookFilter): Promise<Page<Webhook>> {
    const query = this.database.reader.createQueryBuilder(WebhookRow, 'webhook');
    whereContains(query, 'nameKey', filter.q);
    return fetchPage(query, SORT, filter);
  }

  /** @throws ValidationError `duplicate-name` */
  async insert(webhook: Webhook): Promise<Webhook> {
    return this.database.write((tx) => save(tx, webhook));
  }

  /** Replaces a webhook by what `change` makes of it, in one transaction; null when it does not exist. */
  async change(id: WebhookId, change: (present: Webhook) => Webhook): Promise<Webhook | null> {
    return this.database.write(async (tx) => {
      const present = await tx.findOneBy(WebhookRow, { id });
      return present && save(tx, change(present));
    });
  }

  /** Removes a webhook with its deliveries, unless `check`, which sees it as it is, throws. */
  async remove(id: WebhookId, check: (present: Webhook) => void): Promise<void> {
    await this.database.write(async (tx) => {
      const present = await tx.findOneBy(WebhookRow, { id });
      if (present) check(present);
      await tx.delete(WebhookDeliveryRow, { webhookId: id });
      await tx.delete(WebhookRow, { id });
    });
  }
}

async function save(tx: EntityManager, webhook: Webhook): Promise<Webhook> {
  const key = nameKey(webhook.name);
  const holder = await tx.findOneBy(WebhookRow, { nameKey: key });
  if (holder && holder.id !== webhook.id) throw duplicate(holder);
  return tx.save(WebhookRow, Object.assign(new WebhookRow(), webhook, { nameKey: key }));
}

function duplicate(holder: Webhook): ValidationError {
  const detail = `The webhook ${holder.id} has this name, whatever the case: choose another`;
  return new ValidationError(
    `There is a webhook ${holder.name} already`,
    [{ pointer: '/name', code: 'duplicate-name', detail }],
    'duplicate-name',
  );
}
