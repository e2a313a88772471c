import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, type Metric } from 'prom-client';
import { RunQueue } from './run-queue.js';
import { WorkersService } from './workers.service.js';

const TURN_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

/** The figures of dispatching for `/metrics` (docs/operating/metrics.md). They begin at 0 with the process. */
@Injectable()
export class DispatchFigures {
  readonly turnSeconds = new Histogram({
    name: 'winch_dispatch_turn_seconds',
    help: 'Time of one look at what waits, the releases among it',
    buckets: TURN_SECONDS,
    registers: [],
  });

  readonly requeued = new Counter({
    name: 'winch_runs_requeued_total',
    help: 'Runs queued again because no worker followed them and no job stood for them',
    registers: [],
  });

  readonly #workers: Gauge;
  readonly #followed: Gauge;
  readonly #capacity: Gauge;
  readonly #jobs: Gauge;

  constructor(
    @Inject(WorkersService) private readonly service: WorkersService,
    @Inject(RunQueue) private readonly queue: RunQueue,
  ) {
    this.#workers = new Gauge({
      name: 'winch_workers',
      help: 'Workers that live',
      registers: [],
      collect: () => this.#countWorkers(),
    });
    this.#followed = new Gauge({
      name: 'winch_runs_followed',
      help: 'Runs that the workers said in their last beats they follow',
      registers: [],
    });
    this.#capacity = new Gauge({
      name: 'winch_runs_followed_limit',
      help: 'Runs that the living workers can follow together',
      registers: [],
    });
    this.#jobs = new Gauge({
      name: 'winch_queue_jobs',
      help: 'Jobs in Redis by state; none of them while Redis does not answer',
      labelNames: ['state'],
      registers: [],
      collect: () => this.#countJobs(),
    });
  }

  get all(): readonly Metric[] {
    return [this.turnSeconds, this.requeued, this.#workers, this.#followed, this.#capacity, this.#jobs];
  }

  async #countWorkers(): Promise<void> {
    const living = await this.service.living();
    this.#workers.set(living.length);
    this.#followed.set(living.reduce((sum, worker) => sum + worker.runsFollowed, 0));
    this.#capacity.set(await this.service.capacity());
  }

  async #countJobs(): Promise<void> {
    this.#jobs.reset();
    const counts = await this.queue.counts().catch(() => ({}));
    for (const [state, count] of Object.entries(counts)) this.#jobs.set({ state }, count);
  }
}
