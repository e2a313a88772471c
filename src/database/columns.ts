import { Column, type ColumnOptions, PrimaryColumn, type ValueTransformer } from 'typeorm';

/**
 * Portable column helpers: the same SQL type names on every database that TypeORM and we support. Instants are
 * text of a fixed width in UTC (`2026-11-24T10:00:00.000Z`), so that they sort, compare and print the same everywhere.
 */
export const ID_LENGTH = 36;

/** The primary key: a UUIDv7. */
export function IdColumn(): PropertyDecorator {
  return PrimaryColumn({ type: 'varchar', length: ID_LENGTH });
}

/** A reference to another row's id. */
export function ReferenceColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'varchar', length: ID_LENGTH, ...options });
}

export function InstantColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'varchar', length: 24, ...options });
}

export function TextColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'text', ...options });
}

/** A short text that is compared or indexed. */
export function WordColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'varchar', length: 255, ...options });
}

export function NumberColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'bigint', transformer: numberTransformer, ...options });
}

/** Some drivers answer 64-bit numbers as text. Ours stay below 2^53. */
const numberTransformer: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null || value === undefined ? value : Number(value)),
};

export function FlagColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'boolean', ...options });
}

/** Any JSON value, kept as text. */
export function JsonColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'simple-json', ...options });
}
