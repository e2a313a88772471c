import type { Fault } from '../../../shared/errors.js';
import { type CsvRecord, readCsv } from './csv.js';
import { atLine, type ImportedLine, type ImportReading, unreadable } from './imported-line.js';

const COLUMNS = [
  'name',
  'address',
  'port',
  'transport',
  'tlsVerify',
  'tlsFingerprint',
  'authentication',
  'mac',
  'tags',
  'state',
] as const;
type Column = (typeof COLUMNS)[number] | `attributes.${string}`;

const ATTRIBUTE = 'attributes.';

/**
 * Reads assets from CSV. The first line names the fields; `attributes.room` is the attribute `room`. Several tags are
 * separated by `|`. An empty cell leaves its field as it is. Separated by commas, or by semicolons as Excel writes it where
 * the comma is the decimal sign.
 */
export function readCsvAssets(text: string): ImportReading {
  const [header, ...records] = readCsv(text, separatorOf(text));
  if (!header) return failed([unreadable(1, 'The file is empty: its first line must name the columns')]);
  const columns = columnsOf(header);
  if (!columns.ok) return failed(columns.faults);
  const faults = records.flatMap((record) => recordFaults(record, columns.columns.length));
  const lines = records.map((record) => lineOf(record, columns.columns));
  return { lines: faults.length > 0 ? [] : lines, notes: [], faults };
}

function failed(faults: readonly Fault[]): ImportReading {
  return { lines: [], notes: [], faults };
}

function separatorOf(text: string): string {
  const [firstLine = ''] = text.split('\n', 1);
  return firstLine.includes(';') && !firstLine.includes(',') ? ';' : ',';
}

type Columns =
  | { readonly ok: true; readonly columns: readonly Column[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

function columnsOf({ line, cells, problem }: CsvRecord): Columns {
  if (problem !== '') return { ok: false, faults: [unreadable(line, problem)] };
  const columns = cells.map(columnOf);
  const unknown = cells.filter((_, index) => columns[index] === undefined);
  const known = columns.filter((column) => column !== undefined);
  const faults = [
    ...unknown.map((cell) => columnFault(line, 'unknown-field', `There is no column ${cell}`)),
    ...doubled(known).map((column) => columnFault(line, 'not-allowed', `The column ${column} stands twice`)),
    ...(known.includes('name') ? [] : [columnFault(line, 'missing-field', 'There is no column name')]),
  ];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, columns: known };
}

function columnFault(line: number, code: string, what: string): Fault {
  const detail = `${what}: the columns are ${COLUMNS.join(', ')} and ${ATTRIBUTE}<name>`;
  return atLine(line, { pointer: '', code, detail });
}

/** Whatever the case, but for the attribute's own name. */
function columnOf(cell: string): Column | undefined {
  const name = cell.trim();
  if (name.toLowerCase().startsWith(ATTRIBUTE) && name.length > ATTRIBUTE.length)
    return `attributes.${name.slice(ATTRIBUTE.length)}`;
  return COLUMNS.find((column) => column.toLowerCase() === name.toLowerCase());
}

function doubled(columns: readonly Column[]): Column[] {
  return columns.filter((column, index) => columns.indexOf(column) !== index);
}

function recordFaults({ line, cells, problem }: CsvRecord, wanted: number): readonly Fault[] {
  if (problem !== '') return [unreadable(line, problem)];
  if (cells.length === wanted) return [];
  return [unreadable(line, `it has ${cells.length} cells, the first line has ${wanted}`)];
}

function lineOf({ line, cells }: CsvRecord, columns: readonly Column[]): ImportedLine {
  const fields: Record<string, unknown> = {};
  const attributes: [string, string][] = [];
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? '';
    if (cell === '') continue;
    if (column.startsWith(ATTRIBUTE)) attributes.push([column.slice(ATTRIBUTE.length), cell]);
    else fields[column] = valueOf(column, cell);
  }
  // A column `attributes.__proto__` must come as far as the check of names, too.
  if (attributes.length > 0) fields['attributes'] = Object.fromEntries(attributes);
  return { line, fields };
}

function valueOf(column: Column, cell: string): unknown {
  if (column === 'port' && /^\d{1,5}$/.test(cell)) return Number(cell);
  if (column === 'tags')
    return cell
      .split('|')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
  return cell;
}
