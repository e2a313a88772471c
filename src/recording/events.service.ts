import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import { NotFoundError } from '../shared/errors.js';
import { Bells } from './domain/bells.js';
import { SharedReads } from './domain/shared-reads.js';
import { EventStore } from './persistence/event-store.js';
import { RunStore, type RunRow } from './persistence/run-store.js';
import { RecordingFigures } from './recording-figures.service.js';

/** One recorded event as readers see it. */
export interface RecordedEvent {
  readonly seq: number;
  readonly eventId: number;
  readonly targetRunId: string;
  readonly at: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Which events to follow, from where. */
export interface Following {
  /** Fetches the next page after a position, empty when there is none yet. */
  readonly next: (after: number) => Promise<readonly RecordedEvent[]>;
  /** What stands for an event's position: `seq` of a run, `eventId` of a deployment. */
  readonly positionOf: (event: RecordedEvent) => number;
  /** Whose bell announces more. */
  readonly bellOf: string;
  /** Whether nothing more will come once the store has nothing more. */
  readonly isOver: () => Promise<boolean>;
}

/** From where to follow, how often to say that nothing came, and what ends it. */
export interface FollowOptions {
  readonly after: number;
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** Events of output that are read at a time. */
const PAGE = 200;
/** A slow reader of a stream keeps its page for as long as it is slow, and an event may hold 16 KiB. */
const STREAM_PAGE = 25;

/** Reads events, page by page or live. A live reader is woken by bells and reads the store, at its own pace. */
@Injectable()
export class EventsService {
  readonly #pages = new SharedReads<readonly RecordedEvent[]>();
  readonly #ends = new SharedReads<boolean>();

  constructor(
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(Bells) private readonly bells: Bells,
    @Inject(RecordingFigures) private readonly figures: RecordingFigures,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async ofRun(targetRunId: string, afterSeq: number, limit: number): Promise<readonly RecordedEvent[]> {
    return (await this.store.ofRun(targetRunId, afterSeq, limit)).map(recorded);
  }

  /** @throws NotFoundError */
  async run(id: string): Promise<RunRow> {
    const run = await this.runs.byId(id);
    if (run) return run;
    throw new NotFoundError(
      `There is no run ${id}: GET /api/v1/deployments/{id}/runs lists those of a deployment`,
    );
  }

  /** All events of a run, until it has finished and its clean-up was tried. @throws NotFoundError */
  async followingOfRun(id: string): Promise<Following> {
    const run = await this.run(id);
    return {
      next: (after) => this.#pages.read(`${id} ${after}`, () => this.ofRun(run.id, after, STREAM_PAGE)),
      positionOf: (event) => event.seq,
      bellOf: run.id,
      isOver: () => this.#ends.read(id, async () => this.#isSettled(await this.run(run.id))),
    };
  }

  /** The state changes of all runs of a deployment, until the last one has finished. @throws NotFoundError */
  async followingOfDeployment(id: string): Promise<Following> {
    const isOver = async (): Promise<boolean> => {
      const state = await this.runs.deploymentState(id);
      if (state === null) throw new NotFoundError(`There is no deployment ${id}`);
      return state === 'finished';
    };
    await isOver();
    return {
      next: (after) => this.#pages.read(`${id} ${after}`, () => this.#ofDeployment(id, after)),
      positionOf: (event) => event.eventId,
      bellOf: id,
      isOver: () => this.#ends.read(id, isOver),
    };
  }

  async #ofDeployment(id: string, after: number): Promise<readonly RecordedEvent[]> {
    return (await this.store.ofDeployment(id, after, STREAM_PAGE)).map(recorded);
  }

  /** Whether no event follows any more, but that of a sweep, or of the scan of an asset that is away, some time. */
  async #isSettled({ id, state, cleanup, rescan, finishedAt }: RunRow): Promise<boolean> {
    if (state !== 'finished') return false;
    const isRescanDue = rescan === 'pending' || rescan === 'scheduled';
    if (cleanup !== 'pending' && !isRescanDue) return true;
    const agoMs = this.clock.now().getTime() - Date.parse(finishedAt ?? '');
    return agoMs > AFTERMATH_MS || (!isRescanDue && (await this.store.hasCleanUp(id)));
  }

  /**
   * Yields events after a position as they are recorded, and null after every `idleMs` without one. Ends when
   * nothing more will come, or when the signal aborts.
   */
  async *follow(following: Following, options: FollowOptions): AsyncGenerator<RecordedEvent | null> {
    this.figures.eventStreams.inc();
    try {
      yield* this.#follow(following, options);
    } finally {
      this.figures.eventStreams.dec();
    }
  }

  async *#follow(following: Following, options: FollowOptions): AsyncGenerator<RecordedEvent | null> {
    let after = options.after;
    using ringing = new Ringing(this.bells, following.bellOf, options.signal);
    while (!options.signal.aborted) {
      ringing.forget();
      // Asked first: what is recorded after this question rings.
      const isOver = await following.isOver();
      const page = await following.next(after);
      for (const event of page) {
        after = following.positionOf(event);
        yield event;
      }
      if (page.length > 0) continue;
      if (isOver) return;
      if (!(await ringing.wait(options.idleMs))) yield null;
    }
  }

  /** The kept output of a run, of one step or of all, in the order in which it was written. */
  async *output(targetRunId: string, step: number | undefined): AsyncGenerator<string> {
    let after = 0;
    for (;;) {
      const page = (await this.store.outputOf(targetRunId, after, PAGE)).map(recorded);
      const last = page.at(-1);
      if (!last) return;
      after = last.seq;
      for (const { index, text } of page) {
        if (typeof text === 'string' && (step === undefined || index === step)) yield text;
      }
    }
  }
}

/**
 * By then the worker that finished a run has cleaned up after it, or is gone: a sweep comes much later. An asset that is
 * there has been scanned by then, too.
 */
const AFTERMATH_MS = 150_000;

function recorded(row: Awaited<ReturnType<EventStore['ofRun']>>[number]): RecordedEvent {
  const { seq, eventId, targetRunId, at, type, body } = row;
  return { seq, eventId, targetRunId, at, type, ...(JSON.parse(body) as Record<string, unknown>) };
}

/** Remembers whether a bell has rung since it was last asked, and waits for the next ring. */
class Ringing implements Disposable {
  readonly #stop: () => void;
  readonly #signal: AbortSignal;
  #hasRung = false;
  #wake: () => void = () => {};
  readonly #onAbort = () => this.#wake();

  constructor(bells: Bells, id: string, signal: AbortSignal) {
    this.#signal = signal;
    this.#stop = bells.listen(id, () => {
      this.#hasRung = true;
      this.#wake();
    });
    signal.addEventListener('abort', this.#onAbort);
  }

  forget(): void {
    this.#hasRung = false;
  }

  /** True when it has rung (or the signal aborted), false after `ms` of silence. */
  wait(ms: number): Promise<boolean> {
    if (this.#hasRung || this.#signal.aborted) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}
