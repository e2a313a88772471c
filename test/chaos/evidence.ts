import type { RunView } from '../../src/deployments/api/runs.dto.js';
import type { RunEvent } from '../harness/client.js';

/** Where a run stood on its host at the instant of a restart. */
export type StageOnHost = 'not-claimed' | 'under-way' | 'complete';

/** An event as the database holds it. */
export interface StoredEvent {
  readonly targetRunId: string;
  readonly seq: number;
  readonly source: string;
  readonly sourceSeq: number;
  readonly type: string;
  readonly at: string;
  readonly digest: string;
  /** JSON of the event's own fields. */
  readonly body: string;
}

/** How often each program of the package was started on the host, by the name of its step. */
export type Starts = Readonly<Record<string, number>>;

/** A run as each of those who know of it tells it. */
export interface RunEvidence {
  readonly host: string;
  readonly run: Pick<RunView, 'id' | 'state' | 'outcome' | 'failureReason' | 'failureDetail'>;
  /** As the public API answers them. */
  readonly events: readonly RunEvent[];
  /** As the database holds them, in the order of `seq`. */
  readonly stored: readonly StoredEvent[];
  /** What the host's journal held in the end; null when there never was one. */
  readonly journal: string | null;
  readonly starts: Starts;
  /** One entry for each restart of the host. */
  readonly reboots: readonly StageOnHost[];
  /** Whether the host refused connections for a while: it, or its WinRM service, was restarted. */
  readonly wasAway: boolean;
  /** Whether somebody added to its journal what the runner never wrote. */
  readonly wasLiedAbout: boolean;
  /** Whether at least two of the troubles kept every worker from the host for tens of seconds. */
  readonly followersWereLost: boolean;
}

/** The complete lines of a journal. A torn last one is no event (docs/developing/journal.md). */
export function journalLines(journal: string | null): string[] {
  return (journal ?? '').split('\n').slice(0, -1);
}

/** Whether the journal's last line was written. */
export function isComplete(journal: string): boolean {
  return /"type":"final-action\.(?:started|skipped)".*\n$/.test(journal);
}
