import { Body, Delete, Get, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { Response } from 'express';
import { mapPage, type Page } from '../../database/page.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { etagOf, IfMatch, IfMatchHeader, type VersionCheck } from '../../http/etag.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { ListQuery, pageOf } from '../../http/list-query.js';
import { RequireRole } from '../../http/require-role.js';
import type { Schedule } from '../domain/schedule.js';
import { SchedulesService } from '../schedules.service.js';
import { NewScheduleBody, ScheduleQuery } from './schedules.dto.js';
import {
  FiringView,
  ScheduleRunView,
  ScheduleSummaryView,
  ScheduleView,
  viewOfFiring,
  viewOfSchedule,
  viewOfScheduleSummary,
} from './schedules.view.js';

const SchedulePage = pageOf(ScheduleSummaryView);
const FiringPage = pageOf(FiringView);
const ID = "The schedule's id";
const CHANGED = {
  status: 200,
  description: 'The schedule as it is now',
  type: ScheduleView,
  headers: { ETag: 'For If-Match' },
};

/** `/schedules`: reading for all, changes for authors, running now for operators. */
@ApiController('schedules', 'Schedules')
@ApiExtraModels(ScheduleView, ScheduleSummaryView, SchedulePage, FiringView, FiringPage, ScheduleRunView)
export class SchedulesController {
  constructor(@Inject(SchedulesService) private readonly schedules: SchedulesService) {}

  @Post()
  @RequireRole('author')
  @Idempotent()
  @Operation({
    summary: 'Make a schedule',
    details: 'Everything is checked now that can be: the trigger, packages, parameters and targets.',
    answer: {
      ...CHANGED,
      status: 201,
      description: 'The schedule',
      headers: { Location: 'The path of the schedule', ETag: 'For If-Match' },
    },
    problems: ['malformed-json', 'validation-failed', 'duplicate-name', 'idempotency-key-reused'],
  })
  async create(
    @Body() body: NewScheduleBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ScheduleView> {
    const schedule = await this.schedules.create(body);
    response.location(`/api/v1/schedules/${schedule.id}`);
    return this.#answer(schedule, response);
  }

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'List schedules',
    details: 'Sorts by name (default), createdAt or updatedAt.',
    answer: { status: 200, description: 'A page of schedules', type: SchedulePage },
    problems: ['invalid-query'],
  })
  async list(@Query() query: ScheduleQuery): Promise<Page<ScheduleSummaryView>> {
    return mapPage(await this.schedules.list(query), viewOfScheduleSummary);
  }

  @Get(':id')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'Read a schedule',
    answer: { ...CHANGED, description: 'The schedule' },
    problems: ['not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<ScheduleView> {
    return this.#answer(await this.schedules.get(id), response);
  }

  @Get(':id/firings')
  @RequireRole('viewer')
  @IdParam(ID)
  @Operation({
    summary: 'List what became of its occurrences',
    details: 'The latest first, one entry for each package.',
    answer: { status: 200, description: 'A page of occurrences', type: FiringPage },
    problems: ['not-found', 'invalid-query'],
  })
  async firings(@Param('id') id: string, @Query() query: ListQuery): Promise<Page<FiringView>> {
    return mapPage(await this.schedules.firings(await this.schedules.get(id), query), viewOfFiring);
  }

  @Put(':id')
  @RequireRole('author')
  @IdParam(ID)
  @IfMatchHeader()
  @Operation({
    summary: 'Replace a schedule',
    details: 'Fields left out get their defaults; secret parameters must be given again.',
    answer: CHANGED,
    problems: [
      'malformed-json',
      'not-found',
      'validation-failed',
      'duplicate-name',
      'precondition-required',
      'precondition-failed',
    ],
  })
  async replace(
    @Param('id') id: string,
    @Body() body: NewScheduleBody,
    @IfMatch() check: VersionCheck,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ScheduleView> {
    return this.#answer(await this.schedules.replace(id, body, check), response);
  }

  @Delete(':id')
  @RequireRole('author')
  @IdParam(ID)
  @IfMatchHeader()
  @Operation({
    summary: 'Remove a schedule and its history',
    details: 'Deployments that it ordered stay.',
    answer: { status: 204, description: 'Removed' },
    problems: ['not-found', 'precondition-required', 'precondition-failed'],
  })
  async remove(@Param('id') id: string, @IfMatch() check: VersionCheck): Promise<void> {
    await this.schedules.remove(id, check);
  }

  @Post(':id/run')
  @RequireRole('operator')
  @Idempotent()
  @IdParam(ID)
  @Operation({
    summary: 'Order now what a schedule orders when it is due',
    details: 'Whether it is enabled, and whatever it says about overlap. When it is due next stays as it is.',
    answer: {
      status: 202,
      description: 'What became of each package',
      type: ScheduleRunView,
      headers: { Location: 'Where its occurrences are listed' },
    },
    problems: ['not-found', 'conflict', 'idempotency-key-reused'],
  })
  async run(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ScheduleRunView> {
    const firings = await this.schedules.run(id);
    response.location(`/api/v1/schedules/${id}/firings`);
    return { firings: firings.map(viewOfFiring) };
  }

  #answer(schedule: Schedule, response: Response): ScheduleView {
    response.setHeader('ETag', etagOf(schedule.updatedAt));
    return viewOfSchedule(schedule, this.schedules.nextRuns(schedule));
  }
}
