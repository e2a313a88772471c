import { createHash } from 'node:crypto';
import type { ExecutionPlan } from '../packages/domain/execution-plan.js';
import { advancePlanWalk, type PlanWalk } from '../packages/domain/outcome.js';
import type { DoorEvent } from '../recording/domain/door.js';
import type { JournalEvent } from '../target/journal.js';

/** Where in a journal a following begins. */
export interface JournalPosition {
  readonly journalOffset: number;
  readonly runnerSeq: number;
  readonly walk: PlanWalk;
}

/** A line as it came: the text without its line feed, the event, and the bytes that it takes in the journal. */
export interface JournalLineRead {
  readonly text: string;
  readonly event: JournalEvent;
  readonly byteLength: number;
}

/** Reads on in a run's journal: keeps the place, checks the numbers, and walks through the plan with it. */
export class JournalReader {
  readonly #plan: ExecutionPlan;
  #position: JournalPosition;
  #runnerDetail = '';

  constructor(plan: ExecutionPlan, position: JournalPosition) {
    this.#plan = plan;
    this.#position = position;
  }

  get position(): JournalPosition {
    return this.#position;
  }

  /** What the runner said about how the run ended; empty before `run.completed`. */
  get runnerDetail(): string {
    return this.#runnerDetail;
  }

  /** The event for the recorder, or what is wrong with it: numbers in a journal have no gaps and never go back. */
  take({ event, text, byteLength }: JournalLineRead): DoorEvent | { readonly problem: string } {
    const due = this.#position.runnerSeq + 1;
    if (event.seq !== due) return { problem: `Line ${event.seq} came where line ${due} was due` };
    const nextOffset = this.#position.journalOffset + byteLength;
    const walk = advancePlanWalk(this.#position.walk, event, this.#plan);
    this.#position = { journalOffset: nextOffset, runnerSeq: event.seq, walk };
    if (event.type === 'run.completed') this.#runnerDetail = event.failureDetail;
    return { source: 'runner', nextOffset, digest: sha256(text), event };
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
