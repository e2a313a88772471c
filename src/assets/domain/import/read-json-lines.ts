import type { Fault } from '../../../shared/errors.js';
import { type ImportedLine, type ImportReading, unreadable } from './imported-line.js';

/** Deeper than an asset is. */
const MAX_BRACKETS = 300;

/** Reads assets from JSON lines: on each line an object as `POST /assets` takes it. Empty lines are passed over. */
export function readJsonLines(text: string): ImportReading {
  const lines: ImportedLine[] = [];
  const faults: Fault[] = [];
  for (const [index, each] of text.split('\n').entries()) {
    if (each.trim() === '') continue;
    const fields = objectOf(each);
    if (typeof fields === 'string') faults.push(unreadable(index + 1, fields));
    else lines.push({ line: index + 1, fields });
  }
  return { lines: faults.length > 0 ? [] : lines, notes: [], faults };
}

/** The object, or what is wrong. */
function objectOf(text: string): Readonly<Record<string, unknown>> | string {
  if ((text.match(/[[{]/g)?.length ?? 0) > MAX_BRACKETS) return 'it is nested too deep';
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : 'it must be an object such as {"name":"PC-0042"}';
  } catch {
    return 'it is not JSON; each line must hold one whole object';
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
