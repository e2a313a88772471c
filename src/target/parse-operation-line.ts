import { z } from 'zod';
import { type JournalEvent, parseJournalLine } from './journal.js';
import { type OperationLine, operationLineSchema } from './operation-output.js';

/** One line that an operation printed. `byteLength` is what the journal's offset grows by: the line and its LF. */
export type ParsedOperationLine =
  | { readonly kind: 'journal'; readonly event: JournalEvent; readonly byteLength: number }
  | { readonly kind: 'operation'; readonly line: OperationLine }
  | { readonly kind: 'garbage'; readonly problem: string };

const OPERATION_START = '{"op":';

function garbage(problem: string): ParsedOperationLine {
  return { kind: 'garbage', problem };
}

function parseOperation(line: string): ParsedOperationLine {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return garbage(`Not JSON: ${line.slice(0, 120)}`);
  }
  const result = operationLineSchema.safeParse(json);
  if (result.success) return { kind: 'operation', line: result.data };
  return garbage(z.prettifyError(result.error).slice(0, 500));
}

/**
 * Parses one line of an operation's stdout, without its line feed. Never throws: what breaks the schemas is
 * `garbage` with the reason. Give it the bytes as Latin-1 or UTF-8 text; a valid line is ASCII.
 */
export function parseOperationLine(line: string): ParsedOperationLine {
  if (line.startsWith(OPERATION_START)) return parseOperation(line);
  const parsed = parseJournalLine(line);
  if (!parsed.ok) return garbage(parsed.problem);
  return { kind: 'journal', event: parsed.event, byteLength: Buffer.byteLength(line) + 1 };
}
