import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const SECONDS_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The figures behind `/metrics`. A feature makes its own with `registers: [metrics.registry]`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    name: 'winch_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Measures each request under its route's pattern: paths hold ids and would make endless series. */
  measureRequests(): RequestHandler {
    return (request: Request, response: Response, next: NextFunction) => {
      const stop = this.#requests.startTimer();
      response.once('finish', () =>
        stop({ method: request.method, route: routeOf(request), status: response.statusCode }),
      );
      next();
    };
  }
}

function routeOf(request: Request): string {
  const path: unknown = request.route?.path;
  // The pattern that Nest gives to middleware for all paths; no handler took the request.
  return typeof path === 'string' && path !== '{/*splat}' ? path : 'none';
}
