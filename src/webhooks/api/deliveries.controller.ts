import { Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import { Deliveries } from '../deliveries.service.js';
import type { Delivery } from '../domain/delivery.js';
import { DeliveryQuery, DeliveryView, viewOfDelivery } from './deliveries.dto.js';

const DeliveryPage = pageOf(DeliveryView);
const ID = "The webhook's id";

/** `/webhooks/{id}/deliveries`, and sending by hand. */
@ApiController('webhooks', 'Webhooks')
@ApiExtraModels(DeliveryView, DeliveryPage)
@RequireRole('administrator')
export class DeliveriesController {
  constructor(@Inject(Deliveries) private readonly deliveries: Deliveries) {}

  @Post(':id/ping')
  @IdParam(ID)
  @Operation({
    summary: 'Send a message that only tries the way',
    details:
      'It takes its place behind what waits already. Read the delivery in Location to see what came of it.',
    answer: {
      status: 202,
      description: 'The delivery, queued',
      type: DeliveryView,
      headers: { Location: 'The path of the delivery' },
    },
    problems: ['not-found', 'conflict'],
  })
  async ping(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<DeliveryView> {
    return queued(await this.deliveries.ping(id), response);
  }

  @Get(':id/deliveries')
  @IdParam(ID)
  @Operation({
    summary: 'List what was and is to be delivered',
    details: 'Sorts by createdAt, the latest first by default. What has ended is kept for 30 days.',
    answer: { status: 200, description: 'A page of deliveries', type: DeliveryPage },
    problems: ['not-found', 'invalid-query'],
  })
  async list(@Param('id') id: string, @Query() query: DeliveryQuery): Promise<Page<DeliveryView>> {
    return mapPage(await this.deliveries.list(id, query), viewOfDelivery);
  }

  @Get(':id/deliveries/:deliveryId')
  @IdParam(ID)
  @IdParam("The delivery's id", 'deliveryId')
  @Operation({
    summary: 'Read a delivery',
    answer: { status: 200, description: 'The delivery', type: DeliveryView },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string, @Param('deliveryId') deliveryId: string): Promise<DeliveryView> {
    return viewOfDelivery(await this.deliveries.get(id, deliveryId));
  }

  @Post(':id/deliveries/:deliveryId/send')
  @IdParam(ID)
  @IdParam("The delivery's id", 'deliveryId')
  @Operation({
    summary: 'Send a message again',
    details:
      'One that was given up, or one that got lost after it was delivered. It takes its old place, before all younger ones, and has the same webhook-id and body. One that waits for its next attempt is sent at once.',
    answer: {
      status: 202,
      description: 'The delivery, queued',
      type: DeliveryView,
      headers: { Location: 'The path of the delivery' },
    },
    problems: ['not-found', 'conflict'],
  })
  async sendAgain(
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DeliveryView> {
    return queued(await this.deliveries.sendAgain(id, deliveryId), response);
  }
}

function queued(delivery: Delivery, response: Response): DeliveryView {
  response.location(`/api/v1/webhooks/${delivery.webhookId}/deliveries/${delivery.id}`);
  return viewOfDelivery(delivery);
}
