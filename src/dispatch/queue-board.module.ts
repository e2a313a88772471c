import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import { AccessGuard } from '../http/access.guard.js';
import { RequestError } from '../http/errors.js';
import { QUEUE_BOARD_PATH } from '../http/security-headers.js';
import { DispatchModule } from './dispatch.module.js';
import { RunQueue } from './run-queue.js';

/** bull-board for operators: what waits in Redis, to look at only. Its retry and remove would go past SQL. */
@Module({ imports: [DispatchModule] })
export class QueueBoardModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(AccessGuard) private readonly access: AccessGuard,
    @Inject(RunQueue) private readonly runs: RunQueue,
  ) {}

  onModuleInit(): void {
    const app: Express = this.host.httpAdapter.getInstance();
    app.use(QUEUE_BOARD_PATH, this.#forOperators(), refuseChanges, this.#board());
  }

  #forOperators(): RequestHandler {
    return async (request: Request, _response: Response, next: NextFunction) => {
      await this.access.admit(request, 'operator');
      next();
    };
  }

  #board(): RequestHandler {
    const serverAdapter = new ExpressAdapter().setBasePath(QUEUE_BOARD_PATH);
    const queue = new BullMQAdapter(this.runs.queue, { readOnlyMode: true, allowRetries: false });
    // Sealed as it is, it says nothing to anyone; a job's id names the run.
    queue.setFormatter('data', () => ({ sealed: '[sealed]' }));
    const uiConfig = { boardTitle: 'Winch', hideRedisDetails: true };
    createBullBoard({ queues: [queue], serverAdapter, options: { uiConfig } });
    return (serverAdapter.getRouter() as Express).disable('x-powered-by');
  }
}

/** Beside bull-board's own read-only mode: a later version of it may add something that changes. */
function refuseChanges(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  response.setHeader('Allow', 'GET, HEAD');
  next(new RequestError('method-not-allowed', 'Queues are only looked at: cancel runs through the API'));
}
