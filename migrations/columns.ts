import type { TableColumnOptions } from 'typeorm';

/** Columns for migrations, the twins of src/database/columns.ts; the drift check compares the two. */
type Extra = Partial<TableColumnOptions>;

export function id(name = 'id', extra: Extra = {}): TableColumnOptions {
  return { name, type: 'varchar', length: '36', isPrimary: name === 'id', ...extra };
}

export function instant(name: string, extra: Extra = {}): TableColumnOptions {
  return { name, type: 'varchar', length: '24', ...extra };
}

export function word(name: string, extra: Extra = {}): TableColumnOptions {
  return { name, type: 'varchar', length: '255', ...extra };
}

export function text(name: string, extra: Extra = {}): TableColumnOptions {
  return { name, type: 'text', ...extra };
}

/** JSON values are kept as text on every database. */
export const json = text;

export function number(name: string, extra: Extra = {}): TableColumnOptions {
  return { name, type: 'bigint', ...extra };
}

export function flag(name: string, extra: Extra = {}): TableColumnOptions {
  return { name, type: 'boolean', ...extra };
}
