import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../shared/clock.js';
import { Bells } from './domain/bells.js';
import { EventsService, type Following, type RecordedEvent } from './events.service.js';
import type { EventStore } from './persistence/event-store.js';
import { RunStore } from './persistence/run-store.js';
import { RecordingFigures } from './recording-figures.service.js';

const QUIET_MS = 60_000;

/** Events in memory, with a bell: what the store and the recorder are to a follower. */
class Log {
  readonly bells = new Bells();
  readonly service: EventsService;
  readonly figures: RecordingFigures;
  readonly #events: RecordedEvent[] = [];
  isOver = false;
  reads = 0;

  constructor() {
    const runs = new RunStore(undefined as never, undefined as never, this.bells);
    this.figures = new RecordingFigures(runs);
    this.service = new EventsService(
      undefined as unknown as EventStore,
      runs,
      this.bells,
      this.figures,
      systemClock,
    );
  }

  add(count = 1): void {
    for (let added = 0; added < count; added++) {
      const seq = this.#events.length + 1;
      this.#events.push({ seq, eventId: seq * 10, targetRunId: 'run-1', at: '', type: 'step.output' });
    }
    this.bells.ring({ id: 'run-1', deploymentId: 'deployment-1', state: 'running' });
  }

  follow({ after = 0, idleMs = QUIET_MS, signal = new AbortController().signal } = {}) {
    const following: Following = {
      next: async (position) => {
        this.reads += 1;
        return this.#events.filter(({ seq }) => seq > position).slice(0, 2);
      },
      positionOf: (event) => event.seq,
      bellOf: 'run-1',
      isOver: async () => this.isOver,
    };
    return this.service.follow(following, { after, idleMs, signal });
  }
}

const seqsOf = (events: readonly (RecordedEvent | null)[]) => events.map((event) => event?.seq ?? null);

async function all(events: AsyncIterable<RecordedEvent | null>) {
  const collected: (RecordedEvent | null)[] = [];
  for await (const event of events) collected.push(event);
  return seqsOf(collected);
}

describe('following events', () => {
  it('gives what is there, page by page, and ends when nothing more can come', async () => {
    const log = new Log();
    log.add(5);
    log.isOver = true;

    expect(await all(log.follow())).toEqual([1, 2, 3, 4, 5]);
  });

  it('begins behind the position that it is given', async () => {
    const log = new Log();
    log.add(5);
    log.isOver = true;

    expect(await all(log.follow({ after: 3 }))).toEqual([4, 5]);
  });

  it('waits for the bell, without asking again and again', async () => {
    const log = new Log();
    const events = log.follow();
    const next = events.next();
    await new Promise(setImmediate);
    const readsWhileQuiet = log.reads;

    log.add();

    expect((await next).value).toMatchObject({ seq: 1 });
    expect(readsWhileQuiet).toBe(1);
    await events.return(undefined);
  });

  it('misses nothing that is recorded while a page is read', async () => {
    const log = new Log();
    log.add();
    const events = log.follow();
    const first = await events.next();

    log.add();
    const second = await events.next();
    await events.return(undefined);

    expect([first.value?.seq, second.value?.seq]).toEqual([1, 2]);
  });

  it('gives what was recorded right before the end', async () => {
    const log = new Log();
    log.add();
    const events = log.follow();
    await events.next();
    const rest = all(events);

    log.add();
    log.isOver = true;

    expect(await rest).toEqual([2]);
  });

  it('says that nothing came after each idle time', async () => {
    const log = new Log();
    const events = log.follow({ idleMs: 1 });

    const said = [await events.next(), await events.next()];
    await events.return(undefined);

    expect(said.map(({ value }) => value)).toEqual([null, null]);
  });

  it('ends at once when its reader has gone, also while it waits', async () => {
    const log = new Log();
    const gone = new AbortController();
    const events = all(log.follow({ signal: gone.signal }));
    await new Promise(setImmediate);

    gone.abort();

    expect(await events).toEqual([]);
  });

  it('is counted as an open stream until then', async () => {
    const log = new Log();
    const events = log.follow({ idleMs: 1 });
    await events.next();
    const open = (await log.figures.eventStreams.get()).values[0]?.value;

    await events.return(undefined);

    expect([open, (await log.figures.eventStreams.get()).values[0]?.value]).toEqual([1, 0]);
  });
});
