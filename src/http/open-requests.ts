import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** How long requests under way may take at the end of the process; `npm start` waits longer than that. */
const DRAIN_LIMIT_MS = 5_000;
const LOOK_EVERY_MS = 20;

/**
 * Knows the requests under way, so that a stop ends none of them: what was asked is answered, while connections that
 * idle and event streams, which have no end of their own, are let go at once.
 */
export class OpenRequests {
  readonly #responses = new Set<Response>();

  count(): RequestHandler {
    return (_request: Request, response: Response, next: NextFunction) => {
      this.#responses.add(response);
      response.once('close', () => this.#responses.delete(response));
      next();
    };
  }

  /** Resolves when the server has no connection left; call it while the server is being closed. */
  async drain(server: Server, limitMs: number = DRAIN_LIMIT_MS): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (await hasConnections(server)) {
      if (performance.now() > deadline) server.closeAllConnections();
      server.closeIdleConnections();
      this.#endStreams();
      await delay(LOOK_EVERY_MS);
    }
  }

  /** A client that resumes with Last-Event-ID misses nothing. */
  #endStreams(): void {
    for (const response of this.#responses) if (isStream(response)) response.destroy();
  }
}

function isStream(response: Response): boolean {
  const type: unknown = response.getHeader('content-type');
  return response.headersSent && typeof type === 'string' && type.startsWith('text/event-stream');
}

async function hasConnections(server: Server): Promise<boolean> {
  const count = Promise.withResolvers<number>();
  server.getConnections((error, found) => (error ? count.resolve(0) : count.resolve(found)));
  return (await count.promise) > 0;
}
