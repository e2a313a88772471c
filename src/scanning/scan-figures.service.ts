import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, type Metric } from 'prom-client';
import type { ScanOutcome } from './domain/scan.js';
import { SCAN_OUTCOMES, SCAN_STATES } from './domain/scan.js';
import { ScanStore } from './persistence/scan-store.js';

/** The figures of scans for `/metrics` (docs/operating/metrics.md). The counter begins at 0 with the process. */
@Injectable()
export class ScanFigures {
  readonly #finished = new Counter({
    name: 'winch_scans_finished_total',
    help: 'Scans that have ended, by outcome',
    labelNames: ['outcome'],
    registers: [],
  });
  readonly #open: Gauge;

  constructor(@Inject(ScanStore) private readonly store: ScanStore) {
    this.#open = new Gauge({
      name: 'winch_scans',
      help: 'Scans that have not ended, by state',
      labelNames: ['state'],
      registers: [],
      collect: () => this.#countOpen(),
    });
    for (const outcome of SCAN_OUTCOMES) this.#finished.inc({ outcome }, 0);
  }

  get all(): readonly Metric[] {
    return [this.#finished, this.#open];
  }

  countEnd(outcome: ScanOutcome): void {
    this.#finished.inc({ outcome });
  }

  async #countOpen(): Promise<void> {
    const counts = await this.store.countOpen();
    for (const state of SCAN_STATES) {
      if (state !== 'finished') this.#open.set({ state }, counts.get(state) ?? 0);
    }
  }
}
