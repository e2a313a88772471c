export interface LoopOptions {
  /** The longest pause between two turns. */
  readonly everyMs: number;
  readonly work: () => Promise<void>;
  /** A turn that throws is reported here; the next one comes all the same. */
  readonly onError: (error: unknown) => void;
}

/** Does a piece of work again and again: when woken, and at least every so often. Turns never overlap. */
export class Loop {
  readonly #options: LoopOptions;
  #running: Promise<void> | undefined;
  #wake: () => void = () => {};
  #isWoken = false;
  #isStopping = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Begins with a turn at once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Asks for a turn now, or right after the one that is under way. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** Resolves when the turn that is under way has ended; no other begins. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#isWoken = false;
      try {
        await this.#options.work();
      } catch (error) {
        this.#options.onError(error);
      }
      if (!this.#isWoken && !this.#isStopping) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.everyMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
