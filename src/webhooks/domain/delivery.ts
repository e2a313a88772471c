import type { Id, WebhookId } from '../../shared/ids.js';
import type { DeliveryType } from './webhook.js';

export type DeliveryId = Id<'Delivery'>;

/** dead: given up; it can be sent again by hand. */
export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One message to one webhook, with how far it got. */
export interface Delivery {
  /** Rises with time: the order in which a webhook gets its messages. */
  readonly id: DeliveryId;
  readonly webhookId: WebhookId;
  readonly type: DeliveryType;
  readonly url: string;
  /** Exactly the bytes that are sent, and signed. */
  readonly body: string;
  readonly state: DeliveryState;
  /** How often it was tried since it was queued. */
  readonly attempts: number;
  readonly createdAt: string;
  /** When it was queued last: what it is given up by. */
  readonly queuedAt: string;
  readonly nextAttemptAt: string | null;
  readonly lastAttemptAt: string | null;
  /** Of the last answer; null when there was none. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  /** The beginning of the last answer. */
  readonly lastAnswer: string | null;
  readonly finishedAt: string | null;
}

/** What came of one attempt. */
export interface Attempt {
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
  /** What `Retry-After` asked for. */
  readonly retryAfterMs: number | null;
}

/** What may be changed by an attempt. */
export type Progress = Pick<
  Delivery,
  | 'state'
  | 'attempts'
  | 'nextAttemptAt'
  | 'lastAttemptAt'
  | 'lastStatus'
  | 'lastError'
  | 'lastAnswer'
  | 'finishedAt'
>;
