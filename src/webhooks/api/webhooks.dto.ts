import { ApiProperty, ApiSchema, OmitType, PartialType } from '@nestjs/swagger';
import { checkList, checkText, checkWord } from '../../http/field-checks.js';
import { field, FlagField, NameField, TextField } from '../../http/fields.js';
import { ListQuery } from '../../http/list-query.js';
import type { Fault } from '../../shared/errors.js';
import { Secret } from '../../shared/secret.js';
import { isSecret } from '../domain/signature.js';
import { EVENT_TYPES, type EventType, type Webhook } from '../domain/webhook.js';
import type { IssuedWebhook, NewWebhook, WebhookChange } from '../webhooks.service.js';

const SECRET_RULE = { minLength: 1, maxLength: 100 };

function checkSecret(value: unknown): readonly Fault[] {
  const faults = checkText(value, SECRET_RULE);
  if (faults.length > 0 || typeof value !== 'string' || isSecret(value)) return faults;
  return [
    { pointer: '', code: 'wrong-format', detail: 'Must be whsec_ and the Base64 of 24 to 64 random bytes' },
  ];
}

const MAX_EVENTS = EVENT_TYPES.length;

@ApiSchema({ name: 'NewWebhook' })
export class NewWebhookBody {
  @NameField({ description: 'Unique, whatever the case', example: 'ServiceNow' })
  name!: string;

  @TextField({
    description:
      'Where messages go: https, and a public address unless WINCH_WEBHOOK_ALLOW names its host. Redirects are not followed',
    minLength: 1,
    maxLength: 2000,
    example: 'https://itsm.example/hooks/winch',
  })
  url!: string;

  @field(
    {
      description: 'What to tell; an empty list: only the callbackUrl of deployments',
      example: ['deployment.finished'],
    },
    { type: 'array', items: { type: 'string', enum: [...EVENT_TYPES] }, maxItems: MAX_EVENTS },
    (value) =>
      checkList(value, { minItems: 0, maxItems: MAX_EVENTS }, (item) => checkWord(item, EVENT_TYPES)),
  )
  events!: EventType[];

  @FlagField({ description: 'false: nothing is queued and nothing sent', optional: true, default: true })
  enabled?: boolean;

  @field(
    {
      description: 'whsec_ and the Base64 of 24 to 64 bytes; one is made when it is left out',
      optional: true,
    },
    { type: 'string', ...SECRET_RULE, writeOnly: true },
    checkSecret,
  )
  secret?: string;
}

/** Every field may be left out: it stays as it is. */
@ApiSchema({ name: 'WebhookChange' })
export class WebhookChangeBody extends PartialType(OmitType(NewWebhookBody, ['secret'] as const)) {}

export class WebhookQuery extends ListQuery {
  @TextField({ description: 'Part of the name', optional: true, maxLength: 255 })
  q?: string;
}

@ApiSchema({ name: 'Webhook' })
export class WebhookView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'ServiceNow' })
  name!: string;

  @ApiProperty({ example: 'https://itsm.example/hooks/winch' })
  url!: string;

  @ApiProperty({ enum: EVENT_TYPES, isArray: true })
  events!: readonly EventType[];

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

@ApiSchema({ name: 'IssuedWebhook' })
export class IssuedWebhookView extends WebhookView {
  @ApiProperty({ description: 'Signs the messages. It cannot be read again', example: 'whsec_...' })
  secret!: string;
}

export function viewOfWebhook(webhook: Webhook): WebhookView {
  const { id, name, url, events, enabled, createdAt, updatedAt } = webhook;
  return { id, name, url, events, enabled, createdAt, updatedAt };
}

export function viewOfIssued({ webhook, secret }: IssuedWebhook): IssuedWebhookView {
  return Object.assign({}, viewOfWebhook(webhook), { secret: secret.reveal() });
}

export function newWebhookOf({ name, url, events, enabled, secret }: NewWebhookBody): NewWebhook {
  return { name, url, events, enabled, secret: secret === undefined ? undefined : new Secret(secret) };
}

export function webhookChangeOf({ name, url, events, enabled }: WebhookChangeBody): WebhookChange {
  return { name, url, events, enabled };
}
