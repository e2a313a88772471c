import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
  WordColumn,
} from '../../database/columns.js';
import type { WebhookId } from '../../shared/ids.js';
import type { EventType, Webhook } from '../domain/webhook.js';

@Entity('webhook')
@Index('UQ_webhook_name_key', ['nameKey'], { unique: true })
export class WebhookRow implements Webhook {
  @IdColumn()
  id!: WebhookId;

  @WordColumn()
  name!: string;

  @WordColumn()
  nameKey!: string;

  @TextColumn()
  url!: string;

  @JsonColumn()
  events!: readonly EventType[];

  @FlagColumn()
  enabled!: boolean;

  @TextColumn()
  sealedSecret!: string;

  @InstantColumn()
  createdAt!: string;

  @InstantColumn()
  updatedAt!: string;
}
