/**
 * What one waiter sleeps on until something happened. Rings before the wait are not lost, several count as
 * one. Its timer never keeps the process alive and is gone once the wait is over.
 */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves with true when the bell rang, with false after `timeoutMs`. */
  heard(timeoutMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (this.#rung) return Promise.resolve(this.#take());
    return new Promise((resolve) => {
      const timer =
        timeoutMs < LONGEST_TIMER_MS ? setTimeout(() => this.#wake?.(), timeoutMs).unref() : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(this.#take());
      };
    });
  }

  #take(): boolean {
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }
}

/** Beyond this Node fires a timer at once; nothing here waits that long for anything but an event. */
const LONGEST_TIMER_MS = 0x7fff_ffff;
