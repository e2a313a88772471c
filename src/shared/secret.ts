import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * Holds a secret so that it cannot be printed by accident: `toString`, `toJSON` and `util.inspect`
 * all answer `[redacted]`. Only `reveal()` gives the value; search for it to see every place that does.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself, for the one call that needs it. Never log or store what this returns. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
