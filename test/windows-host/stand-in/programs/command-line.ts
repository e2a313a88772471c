import { baseNameOf } from '../../model/machine-files.js';

/** A command line taken apart as CreateProcess does: the program, and the rest verbatim. */
export interface CommandLine {
  readonly text: string;
  /** As written, without quotes. */
  readonly program: string;
  /** Base name, lower-cased, without `.exe` or `.com`. */
  readonly name: string;
  readonly rest: string;
}

export function parseCommandLine(text: string): CommandLine {
  const match = /^\s*(?:"([^"]*)"|([^\s"]+))\s*(.*)$/s.exec(text);
  const program = match?.[1] ?? match?.[2] ?? '';
  const name = baseNameOf(program).replace(/\.(?:exe|com)$/, '');
  return { text, program, name, rest: match?.[3] ?? '' };
}

/** Arguments by the C runtime's rule as far as installers need it: quotes group, `\"` is a quote. */
export function splitArguments(text: string): string[] {
  const found = text.matchAll(/(?:"(?:\\"|[^"])*"?|[^\s"])+/g);
  return Array.from(found, ([word]) => word.replace(/\\"|"/g, (quote) => (quote === '"' ? '' : '"')));
}
