/** Where a stream of a command goes: a file (`nul` included), or where the other stream goes. */
export interface Redirect {
  readonly stream: 'stdin' | 'stdout' | 'stderr';
  readonly target: string;
  readonly append: boolean;
}

export interface Statement {
  /** When it runs: always, or depending on how the one before it ended. */
  readonly joiner: '&' | '&&' | '||' | '|';
  readonly text: string;
  readonly redirects: readonly Redirect[];
}

/** Where the statement began in the line, for `if` and `for`, which take the rest of it. */
export interface LocatedStatement extends Statement {
  readonly startsAt: number;
}

/** Splits a line at `&`, `&&`, `||` and `|` outside quotes; `^` makes the next character an ordinary one. */
export function parseLine(line: string): LocatedStatement[] {
  return new LineParser(line).parse();
}

class LineParser {
  readonly #statements: LocatedStatement[] = [];
  #at = 0;
  #text = '';
  #redirects: Redirect[] = [];
  #joiner: Statement['joiner'] = '&';
  #startsAt = 0;
  #quoted = false;

  constructor(private readonly line: string) {}

  parse(): LocatedStatement[] {
    while (this.#at < this.line.length) this.#step();
    this.#finish();
    return this.#statements;
  }

  #step(): void {
    const character = this.line.charAt(this.#at);
    if (character === '"') this.#quoted = !this.#quoted;
    if (this.#quoted || !'^&|<>'.includes(character)) return this.#take(character);
    if (character === '^') return this.#escape();
    if (character === '&' || character === '|') return this.#join();
    this.#redirect();
  }

  #take(character: string): void {
    this.#text += character;
    this.#at += 1;
  }

  #escape(): void {
    this.#text += this.line.charAt(this.#at + 1);
    this.#at += 2;
  }

  #join(): void {
    const joiner = /^(?:&&|\|\||&|\|)/.exec(this.line.slice(this.#at))?.[0] as Statement['joiner'];
    this.#finish();
    this.#joiner = joiner;
    this.#at += joiner.length;
    this.#startsAt = this.#at;
  }

  #redirect(): void {
    const match = /^(<|>>|>)\s*(&\d|"[^"]*"|[^\s&|<>]*)/.exec(this.line.slice(this.#at));
    const [whole = '>', operator = '>', target = ''] = match ?? [];
    this.#redirects.push({
      stream: operator === '<' ? 'stdin' : this.#takeStreamNumber(),
      target: target.replaceAll('"', ''),
      append: operator === '>>',
    });
    this.#at += whole.length;
  }

  /** `2>file`: the digit directly before belongs to the redirection when a blank stands before it. */
  #takeStreamNumber(): 'stdout' | 'stderr' {
    const match = /(?:^|[\s)])([12])$/.exec(this.#text);
    if (match === null) return 'stdout';
    this.#text = this.#text.slice(0, -1);
    return match[1] === '2' ? 'stderr' : 'stdout';
  }

  #finish(): void {
    const text = this.#text.trimStart();
    const redirects = this.#redirects;
    if (text.trim() !== '' || redirects.length > 0) {
      this.#statements.push({ joiner: this.#joiner, text, redirects, startsAt: this.#startsAt });
    }
    this.#text = '';
    this.#redirects = [];
  }
}
