import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  NumberColumn,
  ReferenceColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { WebhookId } from '../../shared/ids.js';
import type { Delivery, DeliveryId, DeliveryState } from '../domain/delivery.js';
import type { DeliveryType } from '../domain/webhook.js';

@Entity('webhook_delivery')
@Index('IDX_webhook_delivery_state', ['state', 'webhookId', 'id'])
@Index('IDX_webhook_delivery_webhook', ['webhookId', 'id'])
@Index('IDX_webhook_delivery_finished', ['finishedAt'])
export class WebhookDeliveryRow implements Delivery {
  @IdColumn()
  id!: DeliveryId;

  @ReferenceColumn()
  webhookId!: WebhookId;

  @WordColumn()
  type!: DeliveryType;

  @TextColumn()
  url!: string;

  @TextColumn()
  body!: string;

  @WordColumn()
  state!: DeliveryState;

  @NumberColumn()
  attempts!: number;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  queuedAt!: string;

  @InstantColumn({ nullable: true })
  nextAttemptAt!: string | null;

  @InstantColumn({ nullable: true })
  lastAttemptAt!: string | null;

  @NumberColumn({ nullable: true })
  lastStatus!: number | null;

  @TextColumn({ nullable: true })
  lastError!: string | null;

  @TextColumn({ nullable: true })
  lastAnswer!: string | null;

  @InstantColumn({ nullable: true })
  finishedAt!: string | null;
}
