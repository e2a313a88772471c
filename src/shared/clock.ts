/** The only source of time for domain code, so that tests can move it. */
export interface Clock {
  /** The current instant, UTC. */
  now(): Date;
  /** Milliseconds on a clock that never jumps; only differences mean anything. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};

/** A clock that stands still until it is moved, for tests. */
export class ManualClock implements Clock {
  #nowMs: number;

  constructor(start: Date | string = '2026-01-01T00:00:00.000Z') {
    this.#nowMs = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  /** Moves both the wall clock and the monotonic clock forward. */
  advanceMs(ms: number): void {
    this.#nowMs += ms;
  }
}
