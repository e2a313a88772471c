import { Module } from '@nestjs/common';
import { DeliveriesController } from './api/deliveries.controller.js';
import { WebhooksController } from './api/webhooks.controller.js';
import { CallbackClient } from './callback-client.service.js';
import { Deliverer } from './deliverer.service.js';
import { Deliveries } from './deliveries.service.js';
import { DeliveryStore } from './persistence/delivery-store.js';
import { WebhookStore } from './persistence/webhook-store.js';
import { WebhooksService } from './webhooks.service.js';

/** Tells other programs what happens, signed and in order. */
@Module({
  controllers: [WebhooksController, DeliveriesController],
  providers: [WebhookStore, DeliveryStore, CallbackClient, WebhooksService, Deliveries, Deliverer],
  exports: [WebhooksService, Deliveries],
})
export class WebhooksModule {}
