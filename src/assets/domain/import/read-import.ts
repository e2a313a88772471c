import { readAnsibleIni } from './read-ansible-ini.js';
import { readAnsibleYaml } from './read-ansible-yaml.js';
import { readCsvAssets } from './read-csv-assets.js';
import { readJsonLines } from './read-json-lines.js';
import { type ImportReading, MAX_IMPORTED_ASSETS, unreadable } from './imported-line.js';

export const IMPORT_FORMATS = ['csv', 'json-lines', 'ansible-ini', 'ansible-yaml'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

const READERS: Readonly<Record<ImportFormat, (text: string) => ImportReading>> = {
  csv: readCsvAssets,
  'json-lines': readJsonLines,
  'ansible-ini': readAnsibleIni,
  'ansible-yaml': readAnsibleYaml,
};

/** Reads a file of assets. Nothing is known yet of whether their fields are right. Never throws. */
export function readImport(text: string, format: ImportFormat): ImportReading {
  const reading = READERS[format](text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  if (reading.faults.length > 0) return reading;
  const excess = reading.lines[MAX_IMPORTED_ASSETS];
  if (excess) {
    const detail = `A file may hold ${MAX_IMPORTED_ASSETS} assets, and here begins one more: import it in parts`;
    return { lines: [], notes: [], faults: [unreadable(excess.line, detail)] };
  }
  if (reading.lines.length === 0 && reading.notes.length === 0)
    return { lines: [], notes: [], faults: [unreadable(1, 'No asset was found in the file')] };
  return reading;
}
