import type { DoorEvent } from '../recording/domain/door.js';
import type { WorkerEvent } from '../recording/domain/run-event.js';
import type { Clock } from '../shared/clock.js';
import { redact } from '../shared/redact.js';
import { OutputRedactor } from './output-redactor.js';
import type { RunChannel } from './run-channel.js';

type WithoutOrigin<T> = T extends unknown ? Omit<T, 'seq' | 'at'> : never;
/** What the worker itself has to say; number and instant are added here. */
export type WorkerFact = WithoutOrigin<WorkerEvent>;

/** What the door takes of a text (run-event.ts): a longer one would be refused, and the whole batch with it. */
const MAX_TEXT = 4_000;

/**
 * Fields in which a target says what it likes. Only these are redacted: a password may also be `clean`, or four digits
 * of some id, and an event without its proper words would be refused.
 */
const FREE_TEXT: readonly string[] = [
  'detail',
  'failureDetail',
  'commandLine',
  'bootId',
  'powershellVersion',
];

/** Reports what a following finds out: redacted, in order, and waiting while the api has no room for more. */
export class RunReporter {
  readonly #channel: RunChannel;
  readonly #clock: Clock;
  readonly #redactor: OutputRedactor;
  readonly #secrets: readonly string[];
  readonly #signal: AbortSignal;

  constructor(
    channel: RunChannel,
    options: { clock: Clock; secrets: readonly string[]; signal: AbortSignal },
  ) {
    this.#channel = channel;
    this.#clock = options.clock;
    this.#redactor = new OutputRedactor(options.secrets);
    this.#secrets = options.secrets;
    this.#signal = options.signal;
  }

  /** A line of the target's journal. */
  async journal(event: DoorEvent): Promise<void> {
    for (const ready of this.#redactor.push(this.#withCleanText(event)))
      await this.#channel.push(ready, this.#signal);
  }

  /**
   * A fact of the worker's own. Output that is held back, because it may be the beginning of a secret, waits on behind
   * it: the connection may come back and bring the rest. Only the run's end lets it go.
   */
  async say(fact: WorkerFact): Promise<void> {
    if (fact.type === 'run.finished') await this.#letGo();
    const origin = { seq: this.#channel.nextWorkerSeq(), at: this.#clock.now().toISOString() };
    await this.#channel.push(
      { source: 'worker', event: { ...this.#presentable(fact), ...origin } },
      this.#signal,
    );
  }

  /** Waits until everything that was reported is committed. */
  async committed(): Promise<void> {
    await this.#channel.flushed(this.#signal);
  }

  async #letGo(): Promise<void> {
    for (const held of this.#redactor.flush()) await this.#channel.push(held, this.#signal);
  }

  /** Program output is the redactor's; this is about what the runner says in its own words. */
  #withCleanText(event: DoorEvent): DoorEvent {
    if (event.source !== 'runner') return event;
    return { ...event, event: mapFreeText(event.event, (text) => this.#clean(text, text.length)) };
  }

  /** What a target says of itself is hostile: of any length, and it may repeat what it was given. */
  #presentable(fact: WorkerFact): WorkerFact {
    return mapFreeText(fact, (text) => this.#clean(text, MAX_TEXT));
  }

  #clean(text: string, maxLength: number): string {
    return redact(text, this.#secrets).slice(0, maxLength);
  }
}

function mapFreeText<T extends object>(fact: T, change: (text: string) => string): T {
  const entries = Object.entries(fact).map(([field, value]: [string, unknown]) =>
    typeof value === 'string' && FREE_TEXT.includes(field) ? [field, change(value)] : [field, value],
  );
  return Object.fromEntries(entries) as T;
}
