import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { nameKey } from './name-key.js';

/** Narrows a query to rows whose column equals the value; undefined leaves it as it is. */
export function whereEqual<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  column: keyof E & string,
  value: string | undefined,
): void {
  if (value === undefined) return;
  query.andWhere(`${query.alias}.${column} = :${column}`, { [column]: value });
}

/** Narrows a query to rows whose column, which holds name keys, contains the text, whatever the case. */
export function whereContains<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  column: keyof E & string,
  text: string | undefined,
): void {
  if (text === undefined || text === '') return;
  const pattern = `%${escapeLike(nameKey(text))}%`;
  query.andWhere(`${query.alias}.${column} LIKE :${column}Part ESCAPE '\\'`, { [`${column}Part`]: pattern });
}

/** Narrows a query to rows whose JSON list of texts, kept as text, holds the entry. */
export function whereListHolds<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  column: keyof E & string,
  entry: string | undefined,
): void {
  if (entry === undefined) return;
  // The quotes of JSON end the entry on both sides, and quotes inside it are escaped.
  const pattern = `%${escapeLike(JSON.stringify(entry))}%`;
  query.andWhere(`${query.alias}.${column} LIKE :${column}Entry ESCAPE '\\'`, {
    [`${column}Entry`]: pattern,
  });
}

/** Takes the meaning of LIKE from `%`, `_` and the escape `\\` itself. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
