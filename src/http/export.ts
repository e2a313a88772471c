import type { Request, Response } from 'express';
import type { Page } from '../database/page.js';

/** The media type of JSON lines: one JSON value in each line. */
export const JSON_LINES = 'application/x-ndjson';

type Cell = string | number | boolean | null;

/** RFC 4180, with a heading. A cell that a spreadsheet would take for a formula gets an apostrophe in front of it. */
export function csvText<Column extends string>(
  columns: readonly Column[],
  records: readonly Readonly<Record<Column, Cell>>[],
): string {
  const rows = records.map((record) => columns.map((column) => cell(record[column])).join(','));
  return [columns.join(','), ...rows].map((row) => `${row}\r\n`).join('');
}

function cell(value: Cell): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function jsonLines(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Says of a page that is sent as text what it is, and where the next one is: `Link`, rel="next" (RFC 8288). */
export function describeExport(
  { request, response }: { readonly request: Request; readonly response: Response },
  type: string,
  { nextCursor }: Page<unknown>,
): void {
  response.type(`${type}; charset=utf-8`);
  if (nextCursor !== null) response.links({ next: withCursor(request.originalUrl, nextCursor) });
}

/** The same path and filters, from where this page ended. */
function withCursor(path: string, cursor: string): string {
  const url = new URL(path, 'http://any');
  url.searchParams.set('cursor', cursor);
  return `${url.pathname}${url.search}`;
}
