import { isDeepStrictEqual } from 'node:util';
import type { Fields } from './audit-entry.js';

/** Of a long value this many characters are kept. */
const MAX_CHARACTERS = 8_000;

const REDACTED = '[redacted]';

/** Seals, hashes, whatever else calls itself a secret, and addresses that may hold one: that it was changed is told, what it is never. */
const SECRET = /^sealed|hash$|secret|password|token|^callbackUrl$/i;

/** For looking things up only, or told by the entry itself. */
const LEFT_OUT: readonly string[] = ['nameKey', 'sortName', 'updatedAt'];

/** What a change did. */
export interface Comparison {
  readonly before: Fields | null;
  readonly after: Fields | null;
}

/** The fields that differ, as they were and as they are, fit to be shown. */
export function compareFields(before: Fields | null, after: Fields | null): Comparison {
  const names = Object.keys({ ...before, ...after }).filter((name) => !LEFT_OUT.includes(name));
  const changed = names.filter((name) => !isDeepStrictEqual(before?.[name], after?.[name]));
  if (changed.length === 0) return { before: null, after: null };
  return { before: before && shown(before, changed), after: after && shown(after, changed) };
}

function shown(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, showable(name, fields[name])]));
}

function showable(name: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (SECRET.test(name)) return REDACTED;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= MAX_CHARACTERS) return value;
  return `${text.slice(0, MAX_CHARACTERS)}... (${text.length} characters in all)`;
}
