const LINE_FEED = 0x0a;
const DEFAULT_MAX_LINE_BYTES = 1024 * 1024;

/** A line without its line feed, or the length of one that was too long and has been dropped. */
export type SplitLine =
  { readonly ok: true; readonly line: string } | { readonly ok: false; readonly droppedBytes: number };

/**
 * Cuts a stream of bytes into lines at LF. Holds at most one unfinished line: one that is longer than
 * `maxLineBytes` (default 1 MiB) is dropped up to its line feed and reported by its length.
 * Lines are decoded as UTF-8; an invalid byte becomes U+FFFD.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(maxLineBytes = DEFAULT_MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes the next bytes, gives the lines that they complete. */
  push(bytes: Buffer): SplitLine[] {
    const lines: SplitLine[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      this.#hold(bytes.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#hold(bytes.subarray(start));
    return lines;
  }

  /** What stands after the last line feed, for diagnosis; empty when nothing does. Not a line. */
  rest(): string {
    return Buffer.concat(this.#held).toString('utf8');
  }

  #hold(bytes: Buffer): void {
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > this.#maxLineBytes) this.#held = [];
    else if (bytes.length > 0) this.#held.push(bytes);
  }

  #take(): SplitLine {
    const length = this.#heldBytes;
    const line = this.rest();
    this.#held = [];
    this.#heldBytes = 0;
    return length > this.#maxLineBytes ? { ok: false, droppedBytes: length } : { ok: true, line };
  }
}
