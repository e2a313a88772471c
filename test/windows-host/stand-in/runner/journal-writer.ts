import type { JournalEvent } from '../../../../src/target/journal.js';
import { asciiJson } from '../ascii-json.js';
import type { RunFolder } from '../run-folder.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';

type WithoutBase<T> = T extends unknown ? Omit<T, 'seq' | 'at' | 'mono'> : never;

/** An event before it gets its number and times. */
export type NewJournalEvent = WithoutBase<JournalEvent>;

/** The one writer of a journal (docs/developing/journal.md). */
export class JournalWriter {
  readonly #startedMs = performance.now();
  #seq = 0;

  constructor(
    private readonly standIn: StandIn,
    private readonly process: SimulatedProcess,
    private readonly folder: RunFolder,
  ) {}

  write({ type, ...fields }: NewJournalEvent): void {
    this.process.throwIfEnded();
    this.#seq += 1;
    const at = this.standIn.machine.now().toISOString();
    const mono = Math.floor(performance.now() - this.#startedMs);
    this.folder.append('journal.jsonl', `${asciiJson({ seq: this.#seq, at, mono, type, ...fields })}\n`);
  }
}
