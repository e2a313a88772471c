/** A record of a CSV file and the line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  /** What is wrong with its quotes; empty when nothing is. */
  readonly problem: string;
}

/**
 * Reads CSV (RFC 4180: quotes may hold separators, line breaks and doubled quotes). Empty lines are passed over. One pass:
 * hostile text costs as much as any.
 */
export function readCsv(text: string, separator: string): CsvRecord[] {
  const reader = new CsvReader(text, separator);
  const records: CsvRecord[] = [];
  for (let record = reader.next(); record; record = reader.next()) {
    if (record.cells.length > 1 || record.cells[0] !== '' || record.problem !== '') records.push(record);
  }
  return records;
}

class CsvReader {
  readonly #text: string;
  readonly #separator: string;
  #at = 0;
  #line = 1;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
  }

  /** Undefined at the end of the text. */
  next(): CsvRecord | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const line = this.#line;
    const cells: string[] = [];
    let problem = '';
    do {
      const cell = this.#text[this.#at] === '"' ? this.#quoted() : this.#plain();
      cells.push(cell.text);
      problem ||= cell.problem;
    } while (this.#skip(this.#separator));
    if (!this.#endLine()) problem ||= this.#skipLine('something follows the closing quote of a cell');
    return { line, cells, problem };
  }

  #plain(): { text: string; problem: string } {
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#isEnd(this.#text[this.#at])) this.#at += 1;
    const text = this.#text.slice(start, this.#at).trim();
    return {
      text,
      problem: text.includes('"') ? 'a quote stands in a cell that does not begin with one' : '',
    };
  }

  #quoted(): { text: string; problem: string } {
    let text = '';
    for (;;) {
      const end = this.#text.indexOf('"', this.#at + 1);
      if (end < 0) return { text, problem: this.#skipLine('a quote is opened and never closed') };
      text += this.#text.slice(this.#at + 1, end);
      this.#at = end + 1;
      if (this.#text[this.#at] !== '"') break;
      text += '"';
    }
    this.#line += text.split('\n').length - 1;
    return { text: text.trim(), problem: '' };
  }

  #isEnd(character: string | undefined): boolean {
    return character === this.#separator || character === '\n' || character === '\r';
  }

  #skip(wanted: string): boolean {
    const isThere = this.#text[this.#at] === wanted;
    if (isThere) this.#at += 1;
    return isThere;
  }

  /** Whether the record ends here. */
  #endLine(): boolean {
    this.#skip('\r');
    const isEnd = this.#at >= this.#text.length || this.#skip('\n');
    this.#line += 1;
    return isEnd;
  }

  #skipLine(problem: string): string {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end + 1;
    return problem;
  }
}
