import type { OperationLine } from './operation-output.js';
import {
  MAX_SOFTWARE_ROWS,
  type ScanResult,
  type ScannedSoftware,
  type ScannedSystem,
} from './scan-output.js';

type ScanLine = Extract<OperationLine, { op: 'scan-system' | 'scan-software' | 'scan-ended' }>;

/** What came of a line: more is to come, the scan is complete, or it cannot be believed. */
export type ScanProgress =
  | { readonly kind: 'more' }
  | { readonly kind: 'complete'; readonly result: ScanResult }
  | { readonly kind: 'broken'; readonly problem: string };

const MORE: ScanProgress = { kind: 'more' };

/**
 * Puts the lines of one scan together. Never holds more than `MAX_SOFTWARE_ROWS` rows, whatever comes; a row that
 * came before, or that has no name left, is passed over.
 */
export class ScanReader {
  #system: ScannedSystem | undefined;
  readonly #software = new Map<string, ScannedSoftware>();
  #rows = 0;

  take(line: ScanLine): ScanProgress {
    switch (line.op) {
      case 'scan-system':
        return this.#takeSystem(line);
      case 'scan-software':
        return this.#takeSoftware(line.rows);
      case 'scan-ended':
        return this.#end(line);
    }
  }

  #takeSystem({ op: _op, ...system }: Extract<ScanLine, { op: 'scan-system' }>): ScanProgress {
    if (this.#system) return broken('The machine was described twice');
    this.#system = system;
    return MORE;
  }

  #takeSoftware(rows: readonly ScannedSoftware[]): ScanProgress {
    this.#rows += rows.length;
    if (this.#rows > MAX_SOFTWARE_ROWS) return broken(`More than ${MAX_SOFTWARE_ROWS} rows of software came`);
    for (const row of rows) {
      const identity = identityOf(row);
      if (row.name !== '' && !this.#software.has(identity)) this.#software.set(identity, row);
    }
    return MORE;
  }

  #end({ rows, isTruncated }: Extract<ScanLine, { op: 'scan-ended' }>): ScanProgress {
    if (!this.#system) return broken('The machine was not described');
    if (rows !== this.#rows) return broken(`${this.#rows} rows of software came, ${rows} were announced`);
    return {
      kind: 'complete',
      result: { system: this.#system, software: [...this.#software.values()], isTruncated },
    };
  }
}

/** What tells one row from another: whose it is, which view, and the name of its key, whatever the case. */
export function identityOf({ user, view, key }: Pick<ScannedSoftware, 'user' | 'view' | 'key'>): string {
  return JSON.stringify([user, view, key]).toLowerCase();
}

function broken(problem: string): ScanProgress {
  return { kind: 'broken', problem };
}
