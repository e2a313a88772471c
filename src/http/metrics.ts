import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { collectDefaultMetrics, Histogram, type Metric, Registry } from 'prom-client';

const SECONDS_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The figures behind `/metrics`. A feature makes its own and hands them to `register`. */
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

  readonly #writeWaits = new Histogram({
    name: 'winch_database_write_wait_seconds',
    help: 'Time that a transaction stood in the queue of writes before it began',
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Takes over the figures of a feature. */
  register(figures: readonly Metric[]): void {
    for (const figure of figures) this.registry.registerMetric(figure);
  }

  observeWriteWait(waitedMs: number): void {
    this.#writeWaits.observe(waitedMs / 1000);
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
