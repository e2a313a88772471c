import type { DoorEvent, RecordedRun } from '../recording/domain/door.js';

/** Why a channel takes nothing more. */
export class ChannelClosedError extends Error {
  override readonly name = 'ChannelClosedError';

  constructor(
    readonly result: Exclude<RecordedRun['result'], 'recorded'>,
    detail: string,
  ) {
    super(detail);
  }
}

/** Bytes of one run's events that may wait for the api; beyond it the run's target is not read on. */
const ROOM_BYTES = 256 * 1024;

/**
 * Pauses after the api would not take a run's events, though it takes those of others: two minutes in all, so that an api
 * that is being updated beside its workers costs no run.
 */
export const HOLDS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000] as const;

/**
 * The events of one following, on their way to the api. They are kept until the api has committed them, so the
 * room is bounded: `push` waits while it is full, which stops the reading of the target's journal.
 */
export class RunChannel {
  readonly targetRunId: string;
  readonly epoch: number;
  /** Aborted with a ChannelClosedError when the api will record nothing more for this following. */
  readonly closed: AbortSignal;
  readonly #closing = new AbortController();
  readonly #wake: () => void;
  readonly #waiters = new Set<() => void>();
  readonly #pending: { readonly event: DoorEvent; readonly bytes: number }[] = [];
  #pendingBytes = 0;
  #workerSeq: number;
  #recordedWorkerSeq: number;
  #refusals = 0;
  #heldUntilMs = 0;

  /** `recordedWorkerSeq`: what an earlier channel of the same following had recorded; 0 for the first. */
  constructor(
    run: { readonly targetRunId: string; readonly epoch: number },
    wake: () => void,
    recordedWorkerSeq = 0,
  ) {
    this.#workerSeq = recordedWorkerSeq;
    this.#recordedWorkerSeq = recordedWorkerSeq;
    this.targetRunId = run.targetRunId;
    this.epoch = run.epoch;
    this.closed = this.#closing.signal;
    this.#wake = wake;
  }

  /** Whether nothing is to be sent at the moment: the api would not take it, and is asked again a little later. */
  get isHeld(): boolean {
    return performance.now() < this.#heldUntilMs;
  }

  /** How many of the worker's own events are recorded. */
  get recordedWorkerSeq(): number {
    return this.#recordedWorkerSeq;
  }

  /** The number of the next event that the worker itself adds. */
  nextWorkerSeq(): number {
    this.#workerSeq += 1;
    return this.#workerSeq;
  }

  /**
   * Takes an event and waits while there is no room for more.
   *
   * @throws ChannelClosedError when the api refuses this following, or the signal's reason.
   */
  async push(event: DoorEvent, signal: AbortSignal): Promise<void> {
    this.closed.throwIfAborted();
    const bytes = sizeOf(event);
    this.#pending.push({ event, bytes });
    this.#pendingBytes += bytes;
    this.#wake();
    await this.#until(() => this.#pendingBytes < ROOM_BYTES, signal);
  }

  /** Waits until everything pushed is committed. Throws as `push` does. */
  async flushed(signal: AbortSignal): Promise<void> {
    await this.#until(() => this.#pending.length === 0, signal);
  }

  /** The oldest events that wait, up to about `maxBytes`, at least one if there is any. */
  peek(maxBytes: number): DoorEvent[] {
    const events: DoorEvent[] = [];
    let bytes = 0;
    for (const entry of this.#pending) {
      if (events.length > 0 && bytes + entry.bytes > maxBytes) break;
      events.push(entry.event);
      bytes += entry.bytes;
    }
    return events;
  }

  /** Applies the api's answer: forgets what is committed, holds back what is not, or closes. */
  settle(answer: RecordedRun): void {
    if (answer.result === 'not-recorded') return this.hold(answer.detail);
    this.#refusals = 0;
    this.#forget(answer);
    if (answer.result !== 'recorded') this.#close(new ChannelClosedError(answer.result, answer.detail));
    for (const waiter of this.#waiters) waiter();
  }

  /** The api would not take what waits here. It is sent again later; after several times in a row the channel closes. */
  hold(detail: string): void {
    this.#refusals += 1;
    const waitMs = HOLDS_MS[this.#refusals - 1];
    if (waitMs === undefined) {
      this.#close(
        new ChannelClosedError('not-recorded', `${this.#nameOfFirst()} was not recorded: ${detail}`),
      );
      for (const waiter of this.#waiters) waiter();
      return;
    }
    this.#heldUntilMs = performance.now() + waitMs;
    setTimeout(() => this.#wake(), waitMs + 1).unref();
  }

  #nameOfFirst(): string {
    const first = this.#pending[0]?.event;
    return first ? `${first.event.type} (${first.source} event ${first.event.seq})` : 'An event';
  }

  /** Closes: this worker itself follows the run under a higher epoch. */
  supersede(epoch: number): void {
    this.#close(new ChannelClosedError('stale-epoch', `This worker follows it under epoch ${epoch}`));
    for (const waiter of this.#waiters) waiter();
  }

  #forget(answer: RecordedRun): void {
    this.#recordedWorkerSeq = Math.max(this.#recordedWorkerSeq, answer.workerSeq);
    while (this.#pending[0] && isRecorded(this.#pending[0].event, answer)) {
      this.#pendingBytes -= this.#pending[0].bytes;
      this.#pending.shift();
    }
  }

  #close(reason: ChannelClosedError): void {
    this.#pending.length = 0;
    this.#pendingBytes = 0;
    this.#closing.abort(reason);
  }

  async #until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    while (!condition()) {
      this.closed.throwIfAborted();
      signal.throwIfAborted();
      await this.#nextAnswer(signal);
    }
    this.closed.throwIfAborted();
  }

  #nextAnswer(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiters.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiters.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function isRecorded(event: DoorEvent, answer: RecordedRun): boolean {
  return event.event.seq <= (event.source === 'runner' ? answer.runnerSeq : answer.workerSeq);
}

/** About what the event takes in memory and on the wire. A target says how long most of them are: none counts as short. */
function sizeOf({ event }: DoorEvent): number {
  // Most events are output, and nearly all of it is its text: that is cheap to ask.
  return event.type === 'step.output' ? event.text.length + 200 : JSON.stringify(event).length + 200;
}
