import { Body, Get, Inject, Post, Put, Query } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import { type Caller, nameOf } from '../../access/domain/caller.js';
import { mapPage } from '../../database/page.js';
import { ApiController, Operation } from '../../http/controller.js';
import { CurrentCaller } from '../../http/current-caller.js';
import { RequireRole } from '../../http/require-role.js';
import { CancellationService } from '../cancellation.service.js';
import { QueueService } from '../queue.service.js';
import { Sweeper } from '../sweeper.service.js';
import {
  CancelAllBody,
  CancelledView,
  LimitBody,
  PauseBody,
  QueueQuery,
  QueueView,
  SweptView,
  viewOfQueued,
  viewOfSummary,
} from './queue.dto.js';

/** `/queue`: what waits for what, and the switches for all of it. */
@ApiController('queue', 'Queue')
@ApiExtraModels(QueueView, CancelledView, SweptView)
export class QueueController {
  constructor(
    @Inject(QueueService) private readonly queue: QueueService,
    @Inject(CancellationService) private readonly cancellation: CancellationService,
    @Inject(Sweeper) private readonly sweeper: Sweeper,
  ) {}

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'See what waits for what',
    details:
      'Counts of all runs that have not finished, and a page of them. Sorts by createdAt (default) or since. docs/guide/rollouts.md says in which order runs are released.',
    answer: { status: 200, description: 'The queue', type: QueueView },
    problems: ['invalid-query'],
  })
  async get(@Query() query: QueueQuery): Promise<QueueView> {
    const { state, waitingFor } = query;
    const page = mapPage(await this.queue.list({ state, waitingFor }, query), viewOfQueued);
    return {
      ...viewOfSummary(await this.queue.summary()),
      items: [...page.items],
      nextCursor: page.nextCursor,
    };
  }

  @Post('pause')
  @RequireRole('operator')
  @Operation({
    summary: 'Release no further run',
    details:
      'Runs that are queued or under way go on; waiting ones wait for paused, and may expire. It stays so over a restart until it is resumed. Pausing twice changes nothing.',
    answer: { status: 204, description: 'Nothing is released any more' },
    problems: ['validation-failed'],
  })
  async pause(@Body() { reason }: PauseBody, @CurrentCaller() caller: Caller): Promise<void> {
    await this.queue.pause(nameOf(caller), reason ?? null);
  }

  @Post('resume')
  @RequireRole('operator')
  @Operation({
    summary: 'Release runs again',
    details: 'Deployments that were paused themselves stay paused.',
    answer: { status: 204, description: 'Runs are released' },
  })
  async resume(): Promise<void> {
    await this.queue.resume();
  }

  @Put('concurrency')
  @RequireRole('operator')
  @Operation({
    summary: 'Limit how many runs are under way at a time',
    details: 'It stays so over a restart. Runs that are queued or under way go on, also when they are more.',
    answer: { status: 204, description: 'The limit is set' },
    problems: ['malformed-json', 'validation-failed'],
  })
  async limit(@Body() { concurrency }: LimitBody): Promise<void> {
    await this.queue.limit(concurrency);
  }

  @Post('cancel')
  @RequireRole('operator')
  @Operation({
    summary: 'Cancel everything that has not finished',
    details:
      'As if each deployment were cancelled. Runs that are ordered while it is carried out are not touched: pause the queue first if that matters.',
    answer: { status: 202, description: 'The wish is recorded', type: CancelledView },
    problems: ['malformed-json', 'validation-failed'],
  })
  async cancel(@Body() { reason }: CancelAllBody, @CurrentCaller() caller: Caller): Promise<CancelledView> {
    return { cancelled: await this.cancellation.cancelAll(nameOf(caller), reason) };
  }

  @Post('sweep')
  @RequireRole('operator')
  @Operation({
    summary: 'Clean up on assets now',
    details:
      'Queues a clean-up for every finished run that has left something on its asset (cleanup: pending) in the last 30 days, whenever it was tried last. The same is done by itself, ever more seldom for an asset that stays away. A run that finished in the last minutes is left to its worker.',
    answer: { status: 202, description: 'The clean-ups are queued', type: SweptView },
  })
  async sweep(): Promise<SweptView> {
    return { queued: await this.sweeper.sweepNow() };
  }
}
