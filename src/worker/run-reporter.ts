import type { DoorEvent } from '../recording/domain/door.js';
import type { WorkerEvent } from '../recording/domain/run-event.js';
import type { Clock } from '../shared/clock.js';
import { OutputRedactor } from './output-redactor.js';
import type { RunChannel } from './run-channel.js';

type WithoutOrigin<T> = T extends unknown ? Omit<T, 'seq' | 'at'> : never;
/** What the worker itself has to say; number and instant are added here. */
export type WorkerFact = WithoutOrigin<WorkerEvent>;

/** Reports what a following finds out: redacted, in order, and waiting while the api has no room for more. */
export class RunReporter {
  readonly #channel: RunChannel;
  readonly #clock: Clock;
  readonly #redactor: OutputRedactor;
  readonly #signal: AbortSignal;

  constructor(
    channel: RunChannel,
    options: { clock: Clock; secrets: readonly string[]; signal: AbortSignal },
  ) {
    this.#channel = channel;
    this.#clock = options.clock;
    this.#redactor = new OutputRedactor(options.secrets);
    this.#signal = options.signal;
  }

  /** A line of the target's journal. */
  async journal(event: DoorEvent): Promise<void> {
    for (const ready of this.#redactor.push(event)) await this.#channel.push(ready, this.#signal);
  }

  /** A fact of the worker's own, and all that was held back before it. */
  async say(fact: WorkerFact): Promise<void> {
    for (const held of this.#redactor.flush()) await this.#channel.push(held, this.#signal);
    const origin = { seq: this.#channel.nextWorkerSeq(), at: this.#clock.now().toISOString() };
    await this.#channel.push({ source: 'worker', event: { ...fact, ...origin } }, this.#signal);
  }

  /** Waits until everything that was reported is committed. */
  async committed(): Promise<void> {
    await this.#channel.flushed(this.#signal);
  }
}
