import type { Fault } from '../shared/errors.js';
import { isId } from '../shared/ids.js';
import { nameKey } from './name-key.js';

/** A row that bodies may refer to by its id or its unique name. */
export interface Named {
  readonly id: string;
  readonly nameKey: string;
}

/** Finds rows by ids and by name keys, in any order. */
export type FindNamed<T extends Named> = (
  ids: readonly string[],
  nameKeys: readonly string[],
) => Promise<readonly T[]>;

export interface References {
  readonly refs: readonly string[];
  /** Where the list stands in the body, such as `/targets/assets`; a fault's pointer adds the index. */
  readonly pointer: string;
  /** What is referred to, in one word: `asset`. */
  readonly noun: string;
}

export interface Resolved<T> {
  /** Each row once, in the order of the references. */
  readonly items: readonly T[];
  readonly faults: readonly Fault[];
}

/** Databases limit the values of one statement (SQLite: 32,766; older ones: 999). */
const CHUNK = 400;

/** Resolves references by id or by name; one that finds nothing is a `not-found` fault. */
export async function resolveReferences<T extends Named>(
  references: References,
  find: FindNamed<T>,
): Promise<Resolved<T>> {
  const rows = await findInChunks(references.refs, find);
  const byKey = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.nameKey, row] as const]));
  const found = references.refs.map((ref) => byKey.get(isId(ref) ? ref : nameKey(ref)));
  const faults = found.flatMap((row, index) => (row === undefined ? [notFound(references, index)] : []));
  return { items: [...new Set(found.filter((row) => row !== undefined))], faults };
}

async function findInChunks<T extends Named>(
  refs: readonly string[],
  find: FindNamed<T>,
): Promise<readonly T[]> {
  const rows: T[] = [];
  for (let start = 0; start < refs.length; start += CHUNK) {
    const chunk = refs.slice(start, start + CHUNK);
    rows.push(...(await find(chunk.filter(isId), chunk.filter((ref) => !isId(ref)).map(nameKey))));
  }
  // A row that is named twice, in two chunks, must stay one row.
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function notFound({ refs, pointer, noun }: References, index: number): Fault {
  const detail = `There is no ${noun} ${JSON.stringify(refs[index])}: give its id or its name`;
  return { pointer: `${pointer}/${index}`, code: 'not-found', detail };
}
