import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceProcess } from '../harness/service-process.js';

/** `npm start` waits this long before it starts a process again that has ended. */
const RESTART_AFTER_MS = 1_000;
const LOOK_EVERY_MS = 100;
/** A start waits a minute for its neighbours, and troubles of one of them may follow each other for longer than that. */
const START_ATTEMPTS = 15;

/** Keeps one process running as `npm start` does, and lets it be killed or frozen, one trouble at a time. */
export class Keeper implements AsyncDisposable {
  /** How the process ended though nobody had killed it. */
  readonly crashes: string[] = [];
  readonly #stopped = new AbortController();
  readonly #watching: Promise<void>;
  #turn: Promise<unknown> = Promise.resolve();
  #isDisturbed = false;

  constructor(
    private readonly name: string,
    private readonly process: ServiceProcess,
  ) {
    this.#watching = this.#watch();
  }

  /** For a process that does not run yet: whoever it waits for may be away just now. Resolves when it is ready. */
  async start(): Promise<void> {
    await this.#alone(() => this.#startAgain());
  }

  /** SIGKILL, and a start after `downMs`. Resolves when it is ready again. */
  async kill(downMs: number): Promise<void> {
    await this.#alone(async () => {
      await this.process.kill();
      await delay(downMs);
      await this.#startAgain();
    });
  }

  /** SIGSTOP, and SIGCONT after `forMs`. */
  async freeze(forMs: number): Promise<void> {
    await this.#alone(async () => {
      this.process.freeze();
      await delay(forMs);
      this.process.thaw();
    });
  }

  /** Starts nothing any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
    await this.#turn;
  }

  /** Troubles of one process wait for each other. */
  async #alone(work: () => Promise<void>): Promise<void> {
    const turn = this.#takeTurn(this.#turn, work);
    // Whoever asked hears of a failure; the next trouble goes on without it.
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async #takeTurn(previous: Promise<unknown>, work: () => Promise<void>): Promise<void> {
    await previous;
    this.#isDisturbed = true;
    try {
      await work();
    } finally {
      this.#isDisturbed = false;
    }
  }

  async #watch(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await delay(LOOK_EVERY_MS);
      if (this.#isDisturbed || this.process.isRunning || this.#stopped.signal.aborted) continue;
      this.crashes.push(`the ${this.name} ended by itself: see ${this.process.logFile}`);
      await this.#alone(() => this.#startAgain());
    }
  }

  /** A process whose neighbours are down may not come up at the first attempt. */
  async #startAgain(): Promise<void> {
    for (let attempt = 1; !this.#stopped.signal.aborted; attempt++) {
      try {
        await this.process.start();
        return;
      } catch (error) {
        if (attempt === START_ATTEMPTS) throw error;
        await this.process.kill();
        await delay(RESTART_AFTER_MS);
      }
    }
  }
}
