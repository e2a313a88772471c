/** What a bell tells: this run, of this deployment, has new events. Readers then read the store. */
export interface Rung {
  readonly id: string;
  readonly deploymentId: string;
  readonly state: string;
}

type Listener = (rung: Rung) => void;

/** A run with much output rings this often at most (DESIGN section 2, rule 3). */
const QUIET_MS = 200;

/**
 * Wakes those who wait for a run's or a deployment's next events. A bell carries no content and may ring for
 * nothing; it never fails to ring within 200 ms after the last event.
 */
export class Bells {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #resting = new Map<string, { timer: NodeJS.Timeout; again: Rung | null }>();

  /** Listens to one id of a run or a deployment, or to all (`*`). Returns what ends it. */
  listen(id: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(id, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
    };
  }

  ring(rung: Rung): void {
    const resting = this.#resting.get(rung.id);
    if (resting) resting.again = rung;
    else this.#ringNow(rung);
  }

  /** Stops all timers; nothing rings after it. */
  close(): void {
    for (const { timer } of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
    this.#listeners.clear();
  }

  #ringNow(rung: Rung): void {
    for (const id of [rung.id, rung.deploymentId, '*']) {
      for (const listener of this.#listeners.get(id) ?? []) listener(rung);
    }
    const timer = setTimeout(() => this.#wakeUp(rung.id), QUIET_MS);
    timer.unref();
    this.#resting.set(rung.id, { timer, again: null });
  }

  #wakeUp(id: string): void {
    const again = this.#resting.get(id)?.again;
    this.#resting.delete(id);
    if (again) this.#ringNow(again);
  }
}
