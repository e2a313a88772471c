import { Body, Delete, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { etagOf, IfMatchHeader, IfMatchWhenSent, type VersionCheck } from '../../http/etag.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import type { Webhook } from '../domain/webhook.js';
import { WebhooksService } from '../webhooks.service.js';
import {
  IssuedWebhookView,
  NewWebhookBody,
  newWebhookOf,
  viewOfIssued,
  viewOfWebhook,
  WebhookChangeBody,
  webhookChangeOf,
  WebhookQuery,
  WebhookView,
} from './webhooks.dto.js';

const WebhookPage = pageOf(WebhookView);
const ID = "The webhook's id";

/** `/webhooks`: administrators only, because a webhook makes Winch call an address. */
@ApiController('webhooks', 'Webhooks')
@ApiExtraModels(WebhookView, IssuedWebhookView, WebhookPage)
@RequireRole('administrator')
export class WebhooksController {
  constructor(@Inject(WebhooksService) private readonly webhooks: WebhooksService) {}

  @Post()
  @Operation({
    summary: 'Register a webhook',
    details:
      'Its secret signs every message to it, and is shown this once. Deployments may name a callbackUrl at its address or below it.',
    answer: {
      status: 201,
      description: 'The webhook with its secret',
      type: IssuedWebhookView,
      headers: { Location: 'The path of the webhook', ETag: 'For If-Match' },
    },
    problems: ['malformed-json', 'validation-failed', 'duplicate-name'],
  })
  async create(
    @Body() body: NewWebhookBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<IssuedWebhookView> {
    const issued = await this.webhooks.create(newWebhookOf(body));
    response.location(`/api/v1/webhooks/${issued.webhook.id}`);
    response.setHeader('ETag', etagOf(issued.webhook.updatedAt));
    return viewOfIssued(issued);
  }

  @Get()
  @Operation({
    summary: 'List webhooks',
    details: 'Sorts by name (default) or createdAt.',
    answer: { status: 200, description: 'A page of webhooks', type: WebhookPage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: WebhookQuery): Promise<Page<WebhookView>> {
    return mapPage(await this.webhooks.list(query), viewOfWebhook);
  }

  @Get(':id')
  @IdParam(ID)
  @Operation({
    summary: 'Read a webhook',
    answer: { status: 200, description: 'The webhook, without its secret', type: WebhookView },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<WebhookView> {
    return answer(await this.webhooks.get(id), response);
  }

  @Patch(':id')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Change some fields of a webhook',
    details: 'Fields left out stay. What is queued already goes to the address that it was queued for.',
    answer: { status: 200, description: 'The webhook as it is now', type: WebhookView },
    problems: ['malformed-json', 'not-found', 'validation-failed', 'duplicate-name', 'precondition-failed'],
  })
  async change(
    @Param('id') id: string,
    @Body() body: WebhookChangeBody,
    @IfMatchWhenSent() check: VersionCheck,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WebhookView> {
    return answer(await this.webhooks.change(id, webhookChangeOf(body), check), response);
  }

  @Post(':id/secret')
  @IdParam(ID)
  @Operation({
    summary: 'Give a webhook another secret',
    details:
      'It is shown this once, and signs whatever is sent from now on: also what was queued before. Switch the webhook off meanwhile if its receiver must not see a signature that it does not know yet.',
    answer: { status: 200, description: 'The webhook with its new secret', type: IssuedWebhookView },
    problems: ['not-found'],
  })
  async renewSecret(@Param('id') id: string): Promise<IssuedWebhookView> {
    return viewOfIssued(await this.webhooks.renewSecret(id));
  }

  @Delete(':id')
  @IdParam(ID)
  @IfMatchHeader({ required: false })
  @Operation({
    summary: 'Remove a webhook',
    details:
      'With its deliveries; those that wait are not sent. Callbacks of deployments that it covered are not made.',
    answer: { status: 204, description: 'Removed' },
    problems: ['not-found', 'precondition-failed'],
  })
  async remove(@Param('id') id: string, @IfMatchWhenSent() check: VersionCheck): Promise<void> {
    await this.webhooks.remove(id, check);
  }
}

function answer(webhook: Webhook, response: Response): WebhookView {
  response.setHeader('ETag', etagOf(webhook.updatedAt));
  return viewOfWebhook(webhook);
}
