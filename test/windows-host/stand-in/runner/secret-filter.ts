const MARK = '[redacted]';
/** Shorter values are left alone: to replace them would garble ordinary text. */
const SHORTEST = 4;

/** Keeps secrets out of one stream of a step's output; holds back what may be the beginning of one. */
export class SecretFilter {
  readonly #secrets: readonly string[];
  #held = '';

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets
      .filter((secret) => secret.length >= SHORTEST)
      .toSorted((a, b) => b.length - a.length);
  }

  write(text: string): string {
    const clean = this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, MARK), this.#held + text);
    const shown = clean.length - this.#openEnd(clean);
    this.#held = clean.slice(shown);
    return clean.slice(0, shown);
  }

  end(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }

  /** Length of the longest end that a secret begins with. */
  #openEnd(text: string): number {
    const ends = this.#secrets.map((secret) => {
      for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
        if (text.endsWith(secret.slice(0, length))) return length;
      }
      return 0;
    });
    return Math.max(0, ...ends);
  }
}
