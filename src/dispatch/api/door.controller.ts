import { Body, Controller, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { z } from 'zod';
import { RequestError } from '../../http/errors.js';
import { Public } from '../../http/require-role.js';
import {
  beatSchema,
  type BeatAnswer,
  type EventAnswer,
  eventBatchSchema,
  registrationSchema,
} from '../../recording/domain/door.js';
import { Recorder } from '../../recording/recorder.service.js';
import type { WorkerId } from '../../shared/ids.js';
import { Dispatcher } from '../dispatcher.service.js';
import { Reconciler } from '../reconciler.service.js';
import { WorkersService } from '../workers.service.js';
import { WorkerTokenGuard } from '../../http/worker-token.guard.js';

/** The workers' door (docs/developing/workers-door.md): not part of the public API. */
@Controller('internal/v1')
@ApiExcludeController()
@Public()
@UseGuards(WorkerTokenGuard)
export class DoorController {
  constructor(
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(Reconciler) private readonly reconciler: Reconciler,
  ) {}

  @Post('workers')
  @HttpCode(204)
  async register(@Body() body: unknown): Promise<void> {
    await this.workers.register(parse(registrationSchema, body));
    this.dispatcher.wake();
  }

  @Post('workers/:id/beat')
  @HttpCode(200)
  async beat(@Param('id') id: string, @Body() body: unknown): Promise<BeatAnswer> {
    return { instructions: await this.workers.beat(id as WorkerId, parse(beatSchema, body)) };
  }

  @Post('workers/:id/detach')
  @HttpCode(204)
  async detach(@Param('id') id: string): Promise<void> {
    await this.workers.end(id as WorkerId);
    this.reconciler.wake();
  }

  @Post('events')
  @HttpCode(200)
  async events(@Body() body: unknown): Promise<EventAnswer> {
    const batch = parse(eventBatchSchema, body);
    const runs = await this.recorder.record(batch);
    return { runs, instructions: await this.workers.instructionsFor(batch.runs.map(refOf)) };
  }
}

function refOf({ targetRunId, epoch }: { readonly targetRunId: string; readonly epoch: number }) {
  return { targetRunId, epoch };
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new RequestError(
    'malformed-request',
    `A worker sent something else than agreed: ${result.error.message}`,
  );
}
