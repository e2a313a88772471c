import { createDecoding, type TextDecoding } from '../encoding.js';
import type { PlanStep } from '../../../../src/packages/domain/execution-plan.js';
import type { JournalWriter } from './journal-writer.js';
import { SecretFilter } from './secret-filter.js';

type Stream = 'stdout' | 'stderr';

const CHUNK_BYTES = 16 * 1024;
const CHUNK_MS = 250;

/** Gathers what a step prints into chunks of the journal, up to the step's limit. */
export class StepOutput {
  readonly #decodings: Record<Stream, TextDecoding>;
  readonly #filters: Record<Stream, SecretFilter>;
  readonly #pending: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  #oldestMs = Number.POSITIVE_INFINITY;
  #keptBytes = 0;
  #truncated = false;

  constructor(
    private readonly journal: JournalWriter,
    private readonly step: PlanStep,
    private readonly options: { readonly limitBytes: number; readonly secrets: readonly string[] },
  ) {
    const filter = () => new SecretFilter(options.secrets);
    this.#filters = { stdout: filter(), stderr: filter() };
    const decoding = () => createDecoding(step.outputEncoding);
    this.#decodings = { stdout: decoding(), stderr: decoding() };
  }

  get outputBytes(): number {
    return this.#keptBytes;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  /** The program printed: kept until a chunk is full or old enough. */
  take(stream: Stream, bytes: Buffer): void {
    if (this.#truncated) return;
    this.#oldestMs = Math.min(this.#oldestMs, performance.now());
    let rest = Buffer.concat([this.#pending[stream], bytes]);
    for (; rest.length >= CHUNK_BYTES; rest = rest.subarray(CHUNK_BYTES)) {
      this.#journalChunk(stream, rest.subarray(0, CHUNK_BYTES));
    }
    this.#pending[stream] = rest;
  }

  /** Milliseconds until `flush` is due; infinite while nothing waits. */
  dueInMs(): number {
    return Math.max(0, this.#oldestMs + CHUNK_MS - performance.now());
  }

  flush(): void {
    this.#oldestMs = Number.POSITIVE_INFINITY;
    for (const stream of ['stdout', 'stderr'] as const) {
      const bytes = this.#pending[stream];
      this.#pending[stream] = Buffer.alloc(0);
      if (bytes.length > 0) this.#journalChunk(stream, bytes);
    }
  }

  /** What is left, the halves of characters included: the program has ended. */
  finish(): void {
    this.flush();
    for (const stream of ['stdout', 'stderr'] as const) {
      const filter = this.#filters[stream];
      this.#keep(stream, filter.write(this.#decodings[stream].end()) + filter.end());
    }
  }

  #journalChunk(stream: Stream, bytes: Buffer): void {
    this.#keep(stream, this.#filters[stream].write(this.#decodings[stream].write(bytes)));
  }

  #keep(stream: Stream, text: string): void {
    if (text === '' || this.#truncated) return;
    const { limitBytes } = this.options;
    const kept = fitting(text, limitBytes - this.#keptBytes);
    this.#keptBytes += Buffer.byteLength(kept);
    this.#truncated = kept.length < text.length;
    const mark = this.#truncated ? `\n[output truncated by Winch after ${limitBytes} bytes]\n` : '';
    this.journal.write({ type: 'step.output', index: this.step.index, stream, text: kept + mark });
  }
}

/** The longest beginning of a text that is at most so many bytes of UTF-8. */
function fitting(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return text;
  let end = limitBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString('utf8');
}
