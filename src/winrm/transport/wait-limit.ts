import { isExpired, type WinrmDeadline } from '../deadline.js';

/**
 * The end of one wait: the earlier of its own timeout and the caller's deadline. Dispose it to free its timer.
 */
export class WaitLimit implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = () => this.#controller.abort(this.deadline.signal.reason);

  constructor(
    readonly deadline: WinrmDeadline,
    readonly timeoutMs: number,
  ) {
    this.#timer = setTimeout(
      () => this.#controller.abort(new Error(`No answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    if (deadline.signal.aborted) this.#onAbort();
    else deadline.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Aborted when the wait is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True when the caller gave up with time left: then its own reason is thrown. */
  get isCancelled(): boolean {
    return this.deadline.signal.aborted && !isExpired(this.deadline);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.deadline.signal.removeEventListener('abort', this.#onAbort);
  }
}
