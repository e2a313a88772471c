import type { Fault } from '../../../shared/errors.js';

/** More assets than this come in several files: each is one transaction. */
export const MAX_IMPORTED_ASSETS = 10_000;

/** One asset of an import, as its file says it: fields of `POST /assets`, none of them checked yet. */
export interface ImportedLine {
  /** From 1; where the asset begins in the file. */
  readonly line: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Something of the file that was left out, which is no fault. */
export interface ImportNote {
  readonly line: number;
  readonly detail: string;
}

/** What a reader made of a file. A file with a fault is not imported at all. */
export interface ImportReading {
  readonly lines: readonly ImportedLine[];
  readonly notes: readonly ImportNote[];
  readonly faults: readonly Fault[];
}

/** A fault of one line: its pointer begins with the line's number, and its detail says it too. */
export function atLine(line: number, { pointer, code, detail }: Fault): Fault {
  return { pointer: `/${line}${pointer}`, code, detail: `Line ${line}: ${detail}` };
}

/** A line that cannot be read. */
export function unreadable(line: number, detail: string): Fault {
  return atLine(line, { pointer: '', code: 'wrong-format', detail });
}
