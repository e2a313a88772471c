import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { WordField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import { type Delivery, DELIVERY_STATES, type DeliveryState } from '../domain/delivery.js';
import { DELIVERY_TYPES, type DeliveryType } from '../domain/webhook.js';

export class DeliveryQuery extends ListQuery {
  @WordField({ description: 'How far it got', optional: true, words: DELIVERY_STATES })
  state?: DeliveryState;

  @WordField({ description: 'What it is about', optional: true, words: DELIVERY_TYPES })
  type?: DeliveryType;
}

@ApiSchema({ name: 'Delivery' })
export class DeliveryView {
  @ApiProperty({ format: 'uuid', description: 'Sent as webhook-id: the same in every attempt' })
  id!: string;

  @ApiProperty({ enum: DELIVERY_TYPES })
  type!: DeliveryType;

  @ApiProperty({ example: 'https://itsm.example/hooks/winch' })
  url!: string;

  @ApiProperty({ enum: DELIVERY_STATES, description: 'dead: given up; it can be sent again' })
  state!: DeliveryState;

  @ApiProperty({ type: 'integer', description: 'Since it was queued last' })
  attempts!: number;

  @ApiProperty({ description: 'What is sent, to the byte', example: '{"type":"ping"}' })
  body!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextAttemptAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastAttemptAt!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'HTTP status of the last answer' })
  lastStatus!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt had no answer' })
  lastError!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The beginning of the last answer' })
  lastAnswer!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

export function viewOfDelivery(delivery: Delivery): DeliveryView {
  const { id, type, url, state, attempts, body, createdAt, nextAttemptAt } = delivery;
  const { lastAttemptAt, lastStatus, lastError, lastAnswer, finishedAt } = delivery;
  return {
    id,
    type,
    url,
    state,
    attempts,
    body,
    createdAt,
    nextAttemptAt,
    lastAttemptAt,
    lastStatus,
    lastError,
    lastAnswer,
    finishedAt,
  };
}
