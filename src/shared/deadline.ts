import { setTimeout as delay } from 'node:timers/promises';

/** Thrown by a wait whose deadline has passed. */
export class DeadlineExceededError extends Error {
  readonly code = 'deadline-exceeded';
  override readonly name = 'DeadlineExceededError';
}

/**
 * One deadline and one cancel signal for a whole call chain. Every wait asks it how long it may take,
 * so that inner timeouts can never add up to more than the outer one.
 *
 * A deadline without a limit still carries its cancel signal. Dispose it (`using`) to free its timer.
 */
export class Deadline implements Disposable {
  readonly #expiresAtMs: number;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #unlink: () => void;

  private constructor(expiresAtMs: number, parent: AbortSignal | undefined) {
    this.#expiresAtMs = expiresAtMs;
    this.#timer = this.#startTimer();
    this.#unlink = this.#follow(parent);
  }

  /** A deadline `ms` from now. It also ends when `parent` is aborted. */
  static in(ms: number, parent?: AbortSignal): Deadline {
    return new Deadline(performance.now() + ms, parent);
  }

  /** No limit of its own; ends only when `signal` is aborted. */
  static unlimited(signal?: AbortSignal): Deadline {
    return new Deadline(Number.POSITIVE_INFINITY, signal);
  }

  /** A shorter deadline inside this one: the earlier of `ms` from now and this deadline. */
  within(ms: number): Deadline {
    return new Deadline(Math.min(performance.now() + ms, this.#expiresAtMs), this.signal);
  }

  /** Aborted when the time is over (reason: DeadlineExceededError) or the parent was aborted (its reason). */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds left, never negative; Infinity without a limit, 0 once the signal is aborted. */
  remainingMs(): number {
    // A timer may fire a fraction of a millisecond early: whoever was woken by it must find the time over.
    if (this.signal.aborted) return 0;
    return Math.max(0, this.#expiresAtMs - performance.now());
  }

  /** Throws the reason when the deadline has passed or was cancelled. */
  throwIfOver(): void {
    this.signal.throwIfAborted();
  }

  /** Waits `ms`, or rejects with the reason as soon as the deadline ends. */
  async sleep(ms: number): Promise<void> {
    this.throwIfOver();
    try {
      await delay(ms, undefined, { signal: this.signal });
    } catch (error) {
      this.throwIfOver();
      throw error;
    }
  }

  /** Waits for work that cannot be broken off, or rejects with the reason as soon as the deadline ends. */
  async bound<T>(work: Promise<T>): Promise<T> {
    this.throwIfOver();
    const { promise: over, reject } = Promise.withResolvers<never>();
    const end = () => reject(this.signal.reason);
    this.signal.addEventListener('abort', end, { once: true });
    try {
      return await Promise.race([work, over]);
    } finally {
      this.signal.removeEventListener('abort', end);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#unlink();
  }

  #startTimer(): NodeJS.Timeout | undefined {
    if (!Number.isFinite(this.#expiresAtMs)) return undefined;
    // setTimeout overflows (and fires at once) above 2^31-1 ms.
    const ms = Math.min(this.remainingMs(), 2_147_483_647);
    const timer = setTimeout(
      () => this.#controller.abort(new DeadlineExceededError('The deadline has passed')),
      ms,
    );
    timer.unref();
    return timer;
  }

  #follow(parent: AbortSignal | undefined): () => void {
    if (!parent) return () => {};
    const abort = () => this.#controller.abort(parent.reason);
    if (parent.aborted) abort();
    else parent.addEventListener('abort', abort, { once: true });
    return () => parent.removeEventListener('abort', abort);
  }
}
