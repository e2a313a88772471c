import { Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiHeader } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { NotAuthenticatedError } from '../../access/domain/errors.js';
import { AccessGuard } from '../../http/access.guard.js';
import { ApiController, IdParam, Operation } from '../../http/controller.js';
import { callerOf } from '../../http/current-caller.js';
import { RequestError } from '../../http/errors.js';
import { RequireRole } from '../../http/require-role.js';
import { EventStreams, type StreamPlace } from '../event-streams.service.js';
import { EventsService, type Following } from '../events.service.js';
import {
  closedSignal,
  COMMENT_INTERVAL_MS,
  END_GRACE_MS,
  resumePoint,
  sendEvents,
  writeAll,
} from './event-stream.js';
import { EventPageView, EventQuery, OutputQuery, RunEventView, stepIndex } from './events.dto.js';

const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  required: false,
  description: 'Resumes a stream after this id, without gap or repetition',
};
const STREAM_DETAILS =
  'With Accept: text/event-stream the events come live, as Server-Sent Events: id, and the event as JSON in data. The stream ends when nothing more will come; a client that resumes it then gets 204, which tells a browser to stop. It also ends when the access ends that it was opened with, and after 15 minutes: resume it.';
const STREAM_PROBLEMS = ['too-many-streams', 'streams-exhausted'] as const;

/** The recorded events of runs and deployments, as pages and as streams. */
@ApiController('', 'Events')
@ApiExtraModels(RunEventView, EventPageView)
export class EventsController {
  constructor(
    @Inject(EventsService) private readonly events: EventsService,
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(AccessGuard) private readonly access: AccessGuard,
  ) {}

  @Get('runs/:id/events')
  @RequireRole('viewer')
  @IdParam("The run's id")
  @ApiHeader(LAST_EVENT_ID)
  @Operation({
    summary: 'Read or follow the events of a run',
    details: `A page of events after afterSeq, in the order of seq. ${STREAM_DETAILS}`,
    answer: {
      status: 200,
      description: 'A page of events, or a stream',
      type: EventPageView,
      alsoAs: ['text/event-stream'],
    },
    problems: ['not-found', 'invalid-query', 'not-acceptable', ...STREAM_PROBLEMS],
  })
  async ofRun(
    @Param('id') id: string,
    @Query() query: EventQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const run = await this.events.run(id);
    if (wantsStream(request)) {
      const following = await this.events.followingOfRun(run.id);
      return this.#stream(following, resumePoint(request, query.afterSeq), response);
    }
    const limit = query.limit ?? 50;
    const items = await this.events.ofRun(run.id, query.afterSeq ?? 0, limit);
    const last = items.at(-1);
    response.json({ items, nextAfterSeq: items.length === limit && last ? last.seq : null });
  }

  @Get('deployments/:id/events')
  @RequireRole('viewer')
  @IdParam("The deployment's id")
  @ApiHeader(LAST_EVENT_ID)
  @Operation({
    summary: 'Follow the state changes of all runs of a deployment',
    details: `Ids are eventIds, which rise over the whole store. ${STREAM_DETAILS}`,
    answer: {
      status: 200,
      description: 'A stream of events',
      schema: { type: 'string' },
      mediaType: 'text/event-stream',
    },
    problems: ['not-found', ...STREAM_PROBLEMS],
  })
  async ofDeployment(
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const following = await this.events.followingOfDeployment(id);
    await this.#stream(following, resumePoint(request, undefined), response);
  }

  @Get('runs/:id/output')
  @RequireRole('viewer')
  @IdParam("The run's id")
  @Operation({
    summary: 'Read the output of a run',
    details:
      'The whole kept output, both streams in the order in which they were written. Empty once the run says outputRemovedAt.',
    answer: { status: 200, description: 'The output', schema: { type: 'string' }, mediaType: 'text/plain' },
    problems: ['not-found', 'invalid-query'],
  })
  async output(
    @Param('id') id: string,
    @Query() query: OutputQuery,
    @Res() response: Response,
  ): Promise<void> {
    const run = await this.events.run(id);
    const step = stepIndex(query.step, run.steps);
    response.type('text/plain; charset=utf-8');
    const closed = closedSignal(response);
    for await (const text of this.events.output(run.id, step)) {
      await writeAll(response, text, closed);
      if (closed.aborted) return;
    }
    response.end();
  }

  async #stream(following: Following, after: number, response: Response): Promise<void> {
    using place = this.#placeFor(response.req);
    if (after > 0 && (await following.isOver()) && (await following.next(after)).length === 0) {
      response.status(204).end();
      return;
    }
    const signal = AbortSignal.any([closedSignal(response), place.ended]);
    const events = this.events.follow(following, { after, idleMs: COMMENT_INTERVAL_MS, signal });
    await sendEvents(response, events, { idOf: following.positionOf, signal, graceMs: END_GRACE_MS });
  }

  #placeFor(request: Request): StreamPlace {
    const { keyId } = callerOf(request);
    return this.streams.open({ keyId, hasAccess: () => this.#hasAccess(request) });
  }

  /** A fault of ours, a database that is busy, ends nobody's stream. */
  async #hasAccess(request: Request): Promise<boolean> {
    const refusal = await this.access.authenticate(request).catch((error: unknown) => error);
    return !(refusal instanceof NotAuthenticatedError);
  }
}

function wantsStream(request: Request): boolean {
  const accepted = request.accepts(['application/json', 'text/event-stream']);
  if (accepted !== false) return accepted === 'text/event-stream';
  throw new RequestError(
    'not-acceptable',
    'Events come as application/json or text/event-stream: send one of them, or */*, in Accept',
  );
}
