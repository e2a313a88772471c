import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StoredEvent } from './evidence.js';

/** Every event in the database of this data folder by its run, in the order of `seq`. Past the api: this is the check on it. */
export function readStoredEvents(dataFolder: string): Map<string, StoredEvent[]> {
  const database = new DatabaseSync(join(dataFolder, 'winch.sqlite'), { readOnly: true });
  try {
    const columns = 'targetRunId, seq, source, sourceSeq, type, at, digest, body';
    const rows = database.prepare(`SELECT ${columns} FROM run_event ORDER BY targetRunId, seq`).all();
    return Map.groupBy(rows.map(storedEvent), ({ targetRunId }) => targetRunId);
  } finally {
    database.close();
  }
}

function storedEvent(row: Readonly<Record<string, unknown>>): StoredEvent {
  const text = (name: string) => String(row[name]);
  return {
    targetRunId: text('targetRunId'),
    seq: Number(row['seq']),
    source: text('source'),
    sourceSeq: Number(row['sourceSeq']),
    type: text('type'),
    at: text('at'),
    digest: text('digest'),
    body: text('body'),
  };
}
