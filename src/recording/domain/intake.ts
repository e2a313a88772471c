import { createHash } from 'node:crypto';
import type { DoorEvent } from './door.js';
import type { EventSource } from './run-event.js';

/** How far the events of a run are recorded, per source. */
export interface Progress {
  readonly epoch: number;
  readonly runnerSeq: number;
  readonly workerSeq: number;
}

/** What becomes of an event that arrives. */
export type Intake =
  /** The next one of its source: record it. */
  | { readonly verdict: 'new' }
  /** Recorded before: compare its digest with the stored one. */
  | { readonly verdict: 'repeated' }
  /** Numbers are missing before it. */
  | { readonly verdict: 'gap'; readonly expected: number };

/** Decides by the number alone; content is compared by digest where it is `repeated`. */
export function admit(progress: Progress, event: DoorEvent): Intake {
  const expected = (event.source === 'runner' ? progress.runnerSeq : progress.workerSeq) + 1;
  if (event.event.seq < expected) return { verdict: 'repeated' };
  return event.event.seq === expected ? { verdict: 'new' } : { verdict: 'gap', expected };
}

export function sourceOf(event: DoorEvent, epoch: number): EventSource {
  return event.source === 'runner' ? 'runner' : `worker:${epoch}`;
}

/** The runner's digest is of its line on the target; a worker's or the api's is of the event as it says it. */
export function digestOf(event: DoorEvent): string {
  return event.source === 'runner' ? event.digest : digestOfContent(event.event);
}

export function digestOfContent(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
