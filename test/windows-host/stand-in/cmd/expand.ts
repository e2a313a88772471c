import type { Environment } from '../environment.js';
import { folderOf } from '../../model/machine-files.js';

export interface ExpansionContext {
  readonly environment: Environment;
  readonly errorLevel: number;
  readonly workingDirectory: string;
  /** Of a batch file: `%0`, `%1`...; undefined on a command line. */
  readonly batchArguments: readonly string[] | undefined;
}

/**
 * Replaces `%NAME%`, and in a batch file `%1`, `%*`, `%~dp0` and `%%`. An unknown name stays as it is on a
 * command line and becomes nothing in a batch file.
 */
export function expandLine(line: string, context: ExpansionContext): string {
  if (context.batchArguments === undefined) return expandNames(line, context);
  return line
    .split('%%')
    .map((part) => expandNames(expandArguments(part, context.batchArguments ?? []), context))
    .join('%');
}

function expandNames(line: string, context: ExpansionContext): string {
  return line.replace(/%([^%\s][^%]*)%/g, (whole, name: string) => {
    const value = context.environment.get(name) ?? dynamicValue(name, context);
    return value ?? (context.batchArguments === undefined ? whole : '');
  });
}

function dynamicValue(name: string, { errorLevel, workingDirectory }: ExpansionContext): string | undefined {
  if (name.toUpperCase() === 'ERRORLEVEL') return String(errorLevel | 0);
  return name.toUpperCase() === 'CD' ? workingDirectory : undefined;
}

function expandArguments(line: string, words: readonly string[]): string {
  return line.replace(/%(?:(~[a-z]*)?(\d)|(\*))/gi, (_whole, modifier?: string, digit?: string) => {
    if (digit === undefined) return words.slice(1).join(' ');
    const word = words[Number(digit)] ?? '';
    if (modifier === undefined) return word;
    const path = word.replace(/^"(.*)"$/, '$1');
    return modifier.toLowerCase() === '~dp' ? `${folderOf(path)}\\` : path;
  });
}
