import type { DataSourceOptions, EntityTarget, MigrationInterface } from 'typeorm';

/** The classes that make up the schema; both are listed explicitly, never found by a glob. */
export interface SchemaSource {
  readonly entities: readonly (EntityTarget<object> & (new () => object))[];
  readonly migrations: readonly (new () => MigrationInterface)[];
}

interface Pragmas {
  pragma(statement: string): unknown;
}

/** How long SQLite waits for a lock that another process (a backup) holds. */
const BUSY_TIMEOUT_MS = 5000;

export function writerOptions(file: string, source: SchemaSource): DataSourceOptions {
  return {
    ...common(file, source),
    migrations: [...source.migrations],
    enableWAL: true,
    prepareDatabase: (database: Pragmas) => {
      // NORMAL may lose the last commits on a power cut (never corrupts): the journal on the target and the
      // workers' acknowledged batches must not lose any, so commits are synced.
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
    },
  };
}

export function readerOptions(file: string, source: SchemaSource): DataSourceOptions {
  return { ...common(file, source), readonly: true };
}

function common(file: string, source: SchemaSource) {
  return {
    type: 'better-sqlite3' as const,
    database: file,
    entities: [...source.entities],
    migrationsTableName: 'migrations',
    timeout: BUSY_TIMEOUT_MS,
  };
}
