import type { WebhookId } from '../../shared/ids.js';

/** What may be subscribed to; the list only grows. */
export const EVENT_TYPES = ['deployment.started', 'deployment.finished', 'run.finished'] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What a delivery can be about: `ping` is sent on demand only. */
export const DELIVERY_TYPES = [...EVENT_TYPES, 'ping'] as const;

export type DeliveryType = (typeof DELIVERY_TYPES)[number];

/** Another program that is told what happens. */
export interface Webhook {
  readonly id: WebhookId;
  readonly name: string;
  readonly url: string;
  readonly events: readonly EventType[];
  /** False: nothing is queued for it, and nothing that is queued is sent. */
  readonly enabled: boolean;
  readonly sealedSecret: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Whether a callback may go to an address because of this webhook: the same origin, and its path or one below it. */
export function covers(webhook: Pick<Webhook, 'url' | 'enabled'>, callbackUrl: string): boolean {
  if (!webhook.enabled || !URL.canParse(callbackUrl)) return false;
  const [own, asked] = [new URL(webhook.url), new URL(callbackUrl)];
  const folder = own.pathname.endsWith('/') ? own.pathname : `${own.pathname}/`;
  const isBelow = asked.pathname === own.pathname || asked.pathname.startsWith(folder);
  return own.origin === asked.origin && isBelow && asked.username === '' && asked.password === '';
}
