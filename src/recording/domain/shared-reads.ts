/**
 * Lets all who ask the same in the same turn of the event loop share one read: a bell wakes every follower of a run at
 * once, and five hundred of them would each read the same page. A read that has begun is shared no more, for it may miss
 * what the bell has announced since.
 */
export class SharedReads<T> {
  readonly #asked = new Map<string, Promise<T>>();

  /** @param read is begun once for all who ask for `key` before it begins; they must not change what it answers */
  read(key: string, read: () => Promise<T>): Promise<T> {
    const asked = this.#asked.get(key) ?? this.#beginLater(key, read);
    this.#asked.set(key, asked);
    return asked;
  }

  async #beginLater(key: string, read: () => Promise<T>): Promise<T> {
    await new Promise(setImmediate);
    this.#asked.delete(key);
    return read();
  }
}
