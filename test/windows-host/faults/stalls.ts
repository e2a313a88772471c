import { setTimeout as delay } from 'node:timers/promises';

/** The operations of one host that stand still at this moment, because a test asked for it. */
export class Stalls {
  #letGo = new AbortController();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Lets all of them go on. */
  release(): void {
    this.#letGo.abort();
    this.#letGo = new AbortController();
  }

  /** Stands still for `forMs` (default: ever), until released, or until the client is gone: then `ended`. */
  async stall(forMs: number | undefined, gone: AbortSignal): Promise<'ended' | 'continue'> {
    this.#count += 1;
    const over = AbortSignal.any([gone, this.#letGo.signal]);
    try {
      await delay(forMs ?? LONGEST_MS, undefined, { signal: over });
    } catch {
      // Released, or the client gave up waiting.
    } finally {
      this.#count -= 1;
    }
    return gone.aborted ? 'ended' : 'continue';
  }
}

/** A day: longer than any client waits. */
const LONGEST_MS = 86_400_000;
