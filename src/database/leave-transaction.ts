import type { DataSource, QueryRunner } from 'typeorm';

/** TypeORM's driver of SQLite, as much of it as is needed here: its index does not export the class. */
interface SqliteDriver {
  /** Of better-sqlite3. */
  readonly databaseConnection: { readonly inTransaction: boolean; exec(statement: string): unknown };
  /** The one that all share, and that counts transactions. */
  queryRunner?: QueryRunner;
}

/**
 * Ends what a failed write has left of its transaction; nothing happens after one that ended well.
 *
 * After an I/O error or on a full disk SQLite may end a transaction by itself, or keep it open though its COMMIT failed
 * (https://sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction"). TypeORM passes over the ROLLBACK
 * that fails then, and counts on: each later write would be a savepoint inside a transaction that nobody commits, told
 * as stored and lost with the process.
 *
 * @throws SqliteError when it cannot be ended: nothing may be written then.
 */
export function leaveTransaction({ driver }: DataSource): void {
  if (!isSqlite(driver)) return;
  if (driver.databaseConnection.inTransaction) driver.databaseConnection.exec('ROLLBACK');
  // The next one counts from zero.
  if (driver.queryRunner?.isTransactionActive) delete driver.queryRunner;
}

function isSqlite(driver: object): driver is SqliteDriver {
  return 'databaseConnection' in driver;
}
