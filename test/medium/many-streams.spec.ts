import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { EventStreams, STREAMS_PER_KEY } from '../../src/recording/event-streams.service.js';
import { EventStore } from '../../src/recording/persistence/event-store.js';
import { aJournal, runnerEvents } from '../harness/builders/job.js';
import type { RunEvent } from '../harness/client.js';
import { cleaned, connecting, DispatchBench, finished } from '../harness/dispatch.js';
import { EventStream } from '../harness/event-stream.js';
import { describeWithRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

jest.setTimeout(120_000);

const STREAMS = 500;

let bench: DispatchBench;

async function keys(count: number): Promise<string[]> {
  const body = { name: 'Reader', owner: 'reader', role: 'viewer' };
  const issued = Array.from({ length: count }, () => bench.api.request('POST', '/api/v1/keys', { body }));
  return (await Promise.all(issued)).map((answer) => answer.body.key as string);
}

describeWithRedis('five hundred event streams of one run', () => {
  beforeEach(async () => {
    bench = await DispatchBench.start();
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  it('get every event once, in order, and share what is read for them', async () => {
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());
    const url = `${bench.api.url}/api/v1/runs/${run.id}/events`;
    const issued = await keys(STREAMS / STREAMS_PER_KEY);
    const readers = Array.from({ length: STREAMS }, async (_, index) => {
      const authorization = `Bearer ${issued[index % issued.length]}`;
      using stream = await EventStream.open<RunEvent>(url, { authorization });
      return (await stream.rest()).map(({ id }) => id).join(' ');
    });
    const open = bench.api.running.app.get(EventStreams);
    await waitFor('all streams are open', () => open.size === STREAMS, { timeoutMs: 60_000 });
    const reads = jest.spyOn(bench.api.running.app.get(EventStore), 'ofRun');

    const events = [connecting(), ...runnerEvents(aJournal()), finished(), cleaned()];
    for (const event of events) await worker.send(run, [event]);

    const read = await Promise.all(readers);
    expect(new Set(read)).toEqual(new Set(['1 2 3 4 5 6 7 8 9 10']));
    expect(reads.mock.calls.length).toBeLessThan(STREAMS);
  });
});
