import type { DoorEvent } from '../recording/domain/door.js';
import { StreamRedactor } from '../shared/redact.js';
import type { JournalEvent } from '../target/journal.js';

type StreamName = 'stdout' | 'stderr';
type OutputEvent = Extract<JournalEvent, { type: 'step.output' }>;

/**
 * Keeps secrets out of the recorded output, also where a chunk border cuts one. An event whose text ends in the
 * beginning of a secret is held back, and all that follows it, until its stream goes on or the step ends: what
 * is held back is not recorded yet, so a later following reads it again from its beginning.
 */
export class OutputRedactor {
  readonly #streams: Readonly<Record<StreamName, StreamRedactor>>;
  #queue: DoorEvent[] = [];

  constructor(secrets: readonly string[]) {
    this.#streams = { stdout: new StreamRedactor(secrets), stderr: new StreamRedactor(secrets) };
  }

  /** Takes the next event, gives those that may be recorded now, in order. */
  push(event: DoorEvent): DoorEvent[] {
    if (isOutput(event))
      this.#queue.push(withText(event, this.#streams[event.event.stream].push(event.event.text)));
    else this.#endStreams(event);
    return this.#isHolding() ? [] : this.#release();
  }

  /** Gives what is still held back, for a following that ends in the middle of a journal. */
  flush(): DoorEvent[] {
    this.#completeHeldText();
    return this.#release();
  }

  /** A step writes nothing more after the first event that is not its output. */
  #endStreams(event: DoorEvent): void {
    this.#completeHeldText();
    this.#queue.push(event);
  }

  #completeHeldText(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#streams[stream].flush();
      if (rest !== '') this.#appendToLast(stream, rest);
    }
  }

  #appendToLast(stream: StreamName, rest: string): void {
    const index = this.#queue.findLastIndex((event) => isOutput(event) && event.event.stream === stream);
    const last = this.#queue[index];
    if (last && isOutput(last)) this.#queue[index] = withText(last, last.event.text + rest);
  }

  #isHolding(): boolean {
    return this.#streams.stdout.isHolding || this.#streams.stderr.isHolding;
  }

  #release(): DoorEvent[] {
    const events = this.#queue;
    this.#queue = [];
    return events;
  }
}

type DoorOutput = Extract<DoorEvent, { source: 'runner' }> & { readonly event: OutputEvent };

function isOutput(event: DoorEvent): event is DoorOutput {
  return event.event.type === 'step.output';
}

function withText(event: DoorOutput, text: string): DoorOutput {
  return { ...event, event: { ...event.event, text } };
}
