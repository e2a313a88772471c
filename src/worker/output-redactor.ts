import type { DoorEvent } from '../recording/domain/door.js';
import { StreamRedactor } from '../shared/redact.js';
import { type JournalEvent, MAX_OUTPUT_CHARACTERS } from '../target/journal.js';

type StreamName = 'stdout' | 'stderr';
type OutputEvent = Extract<JournalEvent, { type: 'step.output' }>;

/**
 * Characters of output that are held back at the most: one stream may end in the first letter of a secret while the
 * other goes on for megabytes, which must not pile up here.
 */
const MAX_HELD_CHARACTERS = 64 * 1024;

/**
 * Keeps secrets out of the recorded output, also where a chunk border cuts one. An event whose text ends in the
 * beginning of a secret is held back, and all that follows it, until its stream goes on or the step ends: what
 * is held back is not recorded yet, so a later following reads it again from its beginning.
 */
export class OutputRedactor {
  readonly #streams: Readonly<Record<StreamName, StreamRedactor>>;
  #queue: DoorEvent[] = [];
  #heldCharacters = 0;

  constructor(secrets: readonly string[]) {
    this.#streams = { stdout: new StreamRedactor(secrets), stderr: new StreamRedactor(secrets) };
  }

  /** Takes the next event, gives those that may be recorded now, in order. */
  push(event: DoorEvent): DoorEvent[] {
    if (isOutput(event)) this.#takeOutput(event);
    else this.#endStreams(event);
    if (this.#heldCharacters > MAX_HELD_CHARACTERS) return this.flush();
    return this.#isHolding() ? [] : this.#release();
  }

  /** Gives what is still held back, for a following that ends in the middle of a journal. */
  flush(): DoorEvent[] {
    this.#completeHeldText();
    return this.#release();
  }

  #takeOutput(event: DoorOutput): void {
    const { stream, text } = event.event;
    this.#queue.push(withText(event, this.#streams[stream].push(text)));
    this.#heldCharacters += text.length + 200;
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
    this.#heldCharacters = 0;
    return events;
  }
}

type DoorOutput = Extract<DoorEvent, { source: 'runner' }> & { readonly event: OutputEvent };

function isOutput(event: DoorEvent): event is DoorOutput {
  return event.event.type === 'step.output';
}

/** A mark may be longer than what it stands for, and held text comes on top: the door refuses what is too long. */
function withText(event: DoorOutput, text: string): DoorOutput {
  return { ...event, event: { ...event.event, text: text.slice(0, MAX_OUTPUT_CHARACTERS) } };
}
