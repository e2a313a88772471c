import { setTimeout as delay } from 'node:timers/promises';
import type { Instruction, Registration } from '../recording/domain/door.js';
import { Loop } from '../shared/loop.js';
import type { ActiveRuns } from './active-runs.js';
import { type DoorClient, DoorError } from './door-client.js';

export interface HeartbeatOptions {
  readonly door: DoorClient;
  readonly runs: ActiveRuns;
  readonly registration: Registration;
  readonly isDraining: () => boolean;
  readonly onInstructions: (instructions: readonly Instruction[]) => void;
  readonly onTrouble: (error: DoorError) => void;
}

/** How often a worker says that it lives. The api takes one for dead after 30 s (DESIGN section 7). */
export const BEAT_INTERVAL_MS = 5_000;
const REGISTER_RETRY_MS = 1_000;

/** Registers the worker, however long the api is away, then beats until stopped. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #stopping = new AbortController();
  readonly #loop: Loop;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#loop = new Loop({
      everyMs: BEAT_INTERVAL_MS,
      work: async () => void (await this.#tried(() => this.#beat())),
      // Not the api's doing: a fault of ours must end the process rather than the beats alone.
      onError: (error) => {
        throw error;
      },
    });
  }

  /** Resolves when the api knows this worker; beats go on from then. */
  async start(): Promise<void> {
    while (
      !(await this.#tried(() =>
        this.#options.door.register(this.#options.registration, this.#stopping.signal),
      ))
    ) {
      await this.#pause(REGISTER_RETRY_MS);
      this.#stopping.signal.throwIfAborted();
    }
    this.#loop.start();
  }

  /** Beats at once, or right after the beat under way: the api has something to tell. */
  beatNow(): void {
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop.stop();
  }

  async #beat(): Promise<void> {
    const beat = { runs: this.#options.runs.list(), draining: this.#options.isDraining() };
    try {
      const answer = await this.#options.door.beat(beat, this.#stopping.signal);
      this.#options.onInstructions(answer.instructions);
    } catch (error) {
      if (!(error instanceof DoorError) || error.code !== 'worker-unknown') throw error;
      // The api's database is older than this worker (restored from a backup).
      await this.#options.door.register(this.#options.registration, this.#stopping.signal);
    }
  }

  async #tried(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (this.#stopping.signal.aborted) return false;
      if (!(error instanceof DoorError)) throw error;
      this.#options.onTrouble(error);
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
