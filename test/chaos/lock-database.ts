import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../harness/wait-for.js';

/** Holds SQLite's write lock, as a backup or an administrator's shell would. Readers go on. */
export async function lockDatabase(dataDir: string, forMs: number): Promise<void> {
  // Without a wait of its own, which would stop the hosts of this process: it asks again instead.
  const database = new DatabaseSync(join(dataDir, 'winch.sqlite'), { timeout: 0 });
  try {
    await waitFor('the lock of the database', () => isBegun(database), { everyMs: 5 });
    await delay(forMs);
    database.exec('ROLLBACK');
  } finally {
    database.close();
  }
}

function isBegun(database: DatabaseSync): true {
  database.exec('BEGIN IMMEDIATE');
  return true;
}
