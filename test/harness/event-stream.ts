import { createParser } from 'eventsource-parser';

/** One event of a stream, and when it came. */
export interface StreamedEvent<T> {
  readonly id: string | undefined;
  readonly data: T;
  readonly receivedAtMs: number;
}

/** A reader of Server-Sent Events over a parser that no one here wrote. */
export class EventStream<T> implements AsyncIterable<StreamedEvent<T>>, Disposable {
  readonly #abort: AbortController;
  readonly #response: Response;

  private constructor(response: Response, abort: AbortController) {
    this.#response = response;
    this.#abort = abort;
  }

  /** Resolves when the answer's head is there. */
  static async open<T>(
    url: string,
    headers: Readonly<Record<string, string>>,
    lastEventId?: number | string,
  ): Promise<EventStream<T>> {
    const abort = new AbortController();
    const resume = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream', ...headers, ...resume },
      signal: abort.signal,
    });
    return new EventStream<T>(response, abort);
  }

  get status(): number {
    return this.#response.status;
  }

  get contentType(): string | null {
    return this.#response.headers.get('content-type');
  }

  /** Yields each event as it comes, until the server ends the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamedEvent<T>> {
    const ready: StreamedEvent<T>[] = [];
    const parser = createParser({
      onEvent: ({ id, data }) =>
        ready.push({ id, data: JSON.parse(data) as T, receivedAtMs: performance.now() }),
      onError: (error) => {
        throw error;
      },
    });
    const decoder = new TextDecoder();
    for await (const bytes of this.#response.body ?? []) {
      parser.feed(decoder.decode(bytes as Uint8Array, { stream: true }));
      yield* ready.splice(0);
    }
  }

  /** Everything until the server ends the stream. */
  async rest(): Promise<StreamedEvent<T>[]> {
    const events: StreamedEvent<T>[] = [];
    for await (const event of this) events.push(event);
    return events;
  }

  /** The first events, up to and with the one that matches; the stream is then closed. */
  async until(matches: (event: T) => boolean): Promise<StreamedEvent<T>[]> {
    const events: StreamedEvent<T>[] = [];
    for await (const event of this) {
      events.push(event);
      if (matches(event.data)) return events;
    }
    throw new Error('The stream ended before the event came');
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }
}
