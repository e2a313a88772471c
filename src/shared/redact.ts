const MARK = '[redacted]';

/** Every spelling in which a secret may show up in text: itself, Base64 of UTF-8 and of UTF-16LE, JSON-escaped. */
function spellings(secret: string): string[] {
  const utf8 = Buffer.from(secret, 'utf8').toString('base64');
  const utf16 = Buffer.from(secret, 'utf16le').toString('base64');
  return [...new Set([secret, utf8, utf16, JSON.stringify(secret).slice(1, -1)])];
}

/**
 * Replaces secrets in a stream of text that arrives in chunks, also where one is cut by a chunk border.
 * Holds back at most (longest spelling - 1) characters; `flush()` gives the rest.
 */
export class StreamRedactor {
  readonly #patterns: readonly string[];
  #held = '';

  /** Secrets shorter than 4 characters are left alone: replacing them would garble ordinary text. */
  constructor(secrets: readonly string[]) {
    const long = secrets.filter((secret) => secret.length >= 4);
    this.#patterns = long.flatMap(spellings).toSorted((a, b) => b.length - a.length);
  }

  /** Takes the next chunk, gives what is safe to show. */
  push(text: string): string {
    if (this.#patterns.length === 0) return text;
    const clean = this.#replaceAll(this.#held + text);
    const keep = this.#longestPartialEnd(clean);
    this.#held = clean.slice(clean.length - keep);
    return clean.slice(0, clean.length - keep);
  }

  /** Whether something is held back that the next chunk may turn into a secret. */
  get isHolding(): boolean {
    return this.#held !== '';
  }

  /** Gives what was held back, at the end of the stream. */
  flush(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }

  #replaceAll(text: string): string {
    return this.#patterns.reduce((result, pattern) => result.replaceAll(pattern, MARK), text);
  }

  /** Length of the longest end of `text` that is the beginning of a secret. */
  #longestPartialEnd(text: string): number {
    const longest = Math.max(...this.#patterns.map((pattern) => pattern.length));
    for (let length = Math.min(longest - 1, text.length); length > 0; length--) {
      const end = text.slice(text.length - length);
      if (this.#patterns.some((pattern) => pattern.startsWith(end))) return length;
    }
    return 0;
  }
}

/** Replaces every spelling of every secret in one whole text. */
export function redact(text: string, secrets: readonly string[]): string {
  const redactor = new StreamRedactor(secrets);
  return redactor.push(text) + redactor.flush();
}
