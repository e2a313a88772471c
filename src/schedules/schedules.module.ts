import { Module } from '@nestjs/common';
import { DeploymentsModule } from '../deployments/deployments.module.js';
import { PackagesModule } from '../packages/packages.module.js';
import { SchedulesController } from './api/schedules.controller.js';
import { ScheduleStore } from './persistence/schedule-store.js';
import { ScheduleChecks } from './schedule-checks.service.js';
import { ScheduledOrders } from './scheduled-orders.service.js';
import { ScheduleRunner } from './schedule-runner.service.js';
import { SchedulesService } from './schedules.service.js';

/** Orders by the calendar. */
@Module({
  imports: [DeploymentsModule, PackagesModule],
  controllers: [SchedulesController],
  providers: [ScheduleStore, ScheduleChecks, ScheduledOrders, ScheduleRunner, SchedulesService],
})
export class SchedulesModule {}
