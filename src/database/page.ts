import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type Fault, WinchError } from '../shared/errors.js';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;

/** What a list request asks for; all texts are as the client sent them. */
export interface ListRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  /** A field's name, `-` before it for falling order. */
  readonly sort?: string | undefined;
}

/** One page of a list; `nextCursor` is null on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** What a list may be sorted by: the public name of a field and its column, which must not be nullable. */
export interface SortRules {
  readonly columns: Readonly<Record<string, string>>;
  readonly defaultSort: string;
}

/** A query parameter cannot be used; each fault's pointer names it. */
export class InvalidQueryError extends WinchError {
  readonly code = 'invalid-query';

  constructor(readonly faults: readonly Fault[]) {
    super('One or more query parameters cannot be used');
  }
}

interface Sort {
  readonly name: string;
  readonly column: string;
  readonly descending: boolean;
}

interface Position {
  readonly value: string | number;
  readonly id: string;
}

/**
 * Fetches one page by keyset: the cursor holds the last row's sort value and id, so rows that are inserted
 * or deleted between two pages make no row appear twice or get lost, which OFFSET does not guarantee.
 *
 * @throws InvalidQueryError for a sort that is not offered, or a cursor that this list did not give.
 */
export async function fetchPage<E extends ObjectLiteral & { id: string }>(
  query: SelectQueryBuilder<E>,
  rules: SortRules,
  request: ListRequest,
): Promise<Page<E>> {
  const limit = request.limit ?? DEFAULT_LIMIT;
  const sort = parseSort(request.sort ?? rules.defaultSort, rules);
  if (request.cursor !== undefined) continueAfter(query, sort, parseCursor(request.cursor, sort));
  const order = sort.descending ? 'DESC' : 'ASC';
  query
    .orderBy(`${query.alias}.${sort.column}`, order)
    .addOrderBy(`${query.alias}.id`, order)
    .take(limit + 1);
  const rows = await query.getMany();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorOf(sort, last) : null };
}

/** Changes the items of a page, its cursor stays. */
export function mapPage<A, B>(page: Page<A>, change: (item: A) => B): Page<B> {
  return { items: page.items.map(change), nextCursor: page.nextCursor };
}

function parseSort(text: string, rules: SortRules): Sort {
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  const column = Object.hasOwn(rules.columns, name) ? rules.columns[name] : undefined;
  if (column !== undefined) return { name, column, descending };
  const offered = Object.keys(rules.columns).join(', ');
  throw new InvalidQueryError([
    { pointer: '/sort', code: 'unknown-value', detail: `Sort by one of ${offered}, - before it reverses` },
  ]);
}

function continueAfter<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  sort: Sort,
  after: Position,
): void {
  const sign = sort.descending ? '<' : '>';
  const column = `${query.alias}.${sort.column}`;
  query.andWhere(
    `(${column} ${sign} :afterValue OR (${column} = :afterValue AND ${query.alias}.id ${sign} :afterId))`,
    { afterValue: after.value, afterId: after.id },
  );
}

function cursorOf(sort: Sort, row: ObjectLiteral & { id: string }): string {
  return Buffer.from(JSON.stringify([signed(sort), row[sort.column], row.id])).toString('base64url');
}

function signed(sort: Sort): string {
  return `${sort.descending ? '-' : ''}${sort.name}`;
}

function parseCursor(cursor: string, sort: Sort): Position {
  const parts = decodeCursor(cursor);
  const [order, value, id] = parts;
  const usable = (typeof value === 'string' || typeof value === 'number') && typeof id === 'string';
  if (usable && order === signed(sort)) return { value, id };
  const detail = 'Give the nextCursor of the page before, with the same sort and filters';
  throw new InvalidQueryError([{ pointer: '/cursor', code: 'wrong-format', detail }]);
}

function decodeCursor(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
