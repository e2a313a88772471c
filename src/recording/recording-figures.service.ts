import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, type Metric } from 'prom-client';
import { ACTIVE_STATES } from '../deployments/domain/run-state.js';
import { type CommittedChange, RunStore } from './persistence/run-store.js';

const BATCH_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The figures of recording for `/metrics` (docs/operating/metrics.md). They begin at 0 with the process. */
@Injectable()
export class RecordingFigures {
  readonly batchSeconds = new Histogram({
    name: 'winch_record_batch_seconds',
    help: 'Time to record a batch of a worker, its wait for other writes among it',
    buckets: BATCH_SECONDS,
    registers: [],
  });

  readonly eventStreams = new Gauge({
    name: 'winch_event_streams',
    help: 'Event streams (SSE) that are open',
    registers: [],
  });

  readonly #finished = new Counter({
    name: 'winch_runs_finished_total',
    help: 'Runs that have finished, by outcome',
    labelNames: ['outcome'],
    registers: [],
  });

  readonly #events = new Counter({
    name: 'winch_events_recorded_total',
    help: 'Events that were committed, whoever said them',
    registers: [],
  });

  readonly #runs: Gauge;

  constructor(@Inject(RunStore) runs: RunStore) {
    this.#runs = new Gauge({
      name: 'winch_runs',
      help: 'Runs that have not finished, by state',
      labelNames: ['state'],
      registers: [],
      collect: () => this.#countRuns(runs),
    });
    runs.onCommitted((change) => this.#count(change));
  }

  get all(): readonly Metric[] {
    return [this.batchSeconds, this.eventStreams, this.#finished, this.#events, this.#runs];
  }

  #count({ events, finishedAs }: CommittedChange): void {
    this.#events.inc(events);
    if (finishedAs !== null) this.#finished.inc({ outcome: finishedAs });
  }

  async #countRuns(runs: RunStore): Promise<void> {
    const counts = await runs.countOpen();
    // A state without runs says 0: a series that is missing cannot be compared.
    for (const state of ['waiting', ...ACTIVE_STATES] as const)
      this.#runs.set({ state }, counts.get(state) ?? 0);
  }
}
