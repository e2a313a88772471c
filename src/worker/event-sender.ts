import { setTimeout as delay } from 'node:timers/promises';
import type { EventAnswer, EventBatch, Instruction } from '../recording/domain/door.js';
import { type DoorClient, DoorError } from './door-client.js';
import { RunChannel } from './run-channel.js';

export interface EventSenderOptions {
  readonly door: DoorClient;
  readonly onInstructions: (instructions: readonly Instruction[]) => void;
  /** Told about each failed attempt, once per second at most; the batch is kept and sent again. */
  readonly onTrouble: (error: DoorError) => void;
}

const BATCH_BYTES = 768 * 1024;
const BATCH_BYTES_PER_RUN = 128 * 1024;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

type BatchRun = EventBatch['runs'][number];

/**
 * Carries the events of all runs of this worker to the api, one request at a time, oldest first in each run.
 * A batch is sent again until the api has answered, so nothing is lost while the api is away; the channels'
 * bounded room keeps memory flat meanwhile.
 */
export class EventSender {
  readonly #options: EventSenderOptions;
  readonly #channels = new Map<string, RunChannel>();
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #wake: () => void = () => {};
  #next = 0;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: EventSenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Stops sending. What is not committed stays on the targets and is read again by the next following. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
  }

  /**
   * Opens the channel of one following, or one that goes on after another of it; close it with `release`. A run that was
   * queued again may come back to the worker that follows it still: the following of the lower epoch is over at once.
   */
  open(run: { readonly targetRunId: string; readonly epoch: number }, recordedWorkerSeq = 0): RunChannel {
    const channel = new RunChannel(run, () => this.#wake(), recordedWorkerSeq);
    const other = this.#channels.get(run.targetRunId);
    if (other !== undefined && other.epoch > channel.epoch) {
      channel.supersede(other.epoch);
      return channel;
    }
    if (other !== undefined && other.epoch < channel.epoch) other.supersede(channel.epoch);
    this.#channels.set(run.targetRunId, channel);
    return channel;
  }

  release(channel: RunChannel): void {
    if (this.#channels.get(channel.targetRunId) === channel) this.#channels.delete(channel.targetRunId);
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const batch = this.#nextBatch();
      if (batch.runs.length === 0) await woken;
      else await this.#deliver(batch);
    }
  }

  /** Takes from each channel in turn, beginning behind the one that was last, so that no run starves another. */
  #nextBatch(): EventBatch {
    const channels = [...this.#channels.values()];
    const runs: EventBatch['runs'] = [];
    let room = BATCH_BYTES;
    for (let count = 0; count < channels.length && room > 0; count++) {
      const channel = channels[(this.#next + count) % channels.length];
      if (!channel || channel.isHeld) continue;
      const events = channel.peek(Math.min(room, BATCH_BYTES_PER_RUN));
      if (events.length === 0) continue;
      runs.push({ targetRunId: channel.targetRunId, epoch: channel.epoch, events });
      room -= events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
    }
    this.#next += 1;
    return { instanceId: this.#options.door.instanceId, runs };
  }

  /** Without an answer the next batch is made anew: what else has come may tell one run that cannot be recorded apart. */
  async #deliver(batch: EventBatch): Promise<void> {
    const refusal = await this.#attempt(batch);
    if (refusal?.code === 'content-refused') await this.#deliverEach(batch);
    else if (refusal !== null) await this.#pause(this.#retryMs);
    const isAway = refusal !== null && refusal.code !== 'content-refused';
    this.#retryMs = isAway ? Math.min(this.#retryMs * 2, LAST_RETRY_MS) : FIRST_RETRY_MS;
  }

  /** One run's events may be what the api does not take: those of the others must not wait for them. */
  async #deliverEach({ runs }: EventBatch): Promise<void> {
    for (const run of runs) {
      const refusal = await this.#attemptOne(run, run.events);
      if (refusal?.code === 'content-refused') await this.#deliverFirst(run);
    }
  }

  /** What comes before the event that is refused is recorded; that one alone is held back. */
  async #deliverFirst(run: BatchRun): Promise<void> {
    const refusal = await this.#attemptOne(run, run.events.slice(0, 1));
    const channel = this.#channels.get(run.targetRunId);
    if (refusal?.code === 'content-refused' && channel?.epoch === run.epoch) channel.hold(refusal.message);
  }

  #attemptOne(run: BatchRun, events: BatchRun['events']): Promise<DoorError | null> {
    return this.#attempt({ instanceId: this.#options.door.instanceId, runs: [{ ...run, events }] });
  }

  /** Null when the api has answered, or the sender is stopped; otherwise why it has not. */
  async #attempt(batch: EventBatch): Promise<DoorError | null> {
    try {
      this.#settle(await this.#options.door.send(batch, this.#stopping.signal));
      return null;
    } catch (error) {
      if (this.#stopping.signal.aborted) return null;
      if (!(error instanceof DoorError)) throw error;
      this.#options.onTrouble(error);
      return error;
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #settle(answer: EventAnswer): void {
    for (const run of answer.runs) {
      const channel = this.#channels.get(run.targetRunId);
      if (channel?.epoch === run.epoch) channel.settle(run);
    }
    this.#options.onInstructions(answer.instructions);
  }
}
