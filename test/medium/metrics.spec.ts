import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Reconciler } from '../../src/dispatch/reconciler.service.js';
import { ManualClock } from '../../src/shared/clock.js';
import { aJournal, runnerEvents } from '../harness/builders/job.js';
import { connecting, DispatchBench, finished } from '../harness/dispatch.js';
import { waitFor } from '../harness/wait-for.js';
import { describeWithRedis } from '../harness/redis.js';

/** What docs/operating/metrics.md describes, one heading each. */
const DESCRIBED = [
  ...readFileSync(join(__dirname, '../../docs/operating/metrics.md'), 'utf8').matchAll(/^### `(winch_\w+)/gm),
].map(([, name]) => name);

describeWithRedis('/metrics', () => {
  let bench: DispatchBench;
  const clock = new ManualClock(new Date());

  beforeAll(async () => {
    bench = await DispatchBench.start({ clock, assets: 4 });
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const text = async () => (await bench.api.request('GET', '/metrics')).text;
  async function figure(series: string): Promise<number | undefined> {
    const line = (await text()).split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  it('has every figure that the documentation describes, and no other of ours', async () => {
    const names = [...(await text()).matchAll(/^# HELP (winch_\w+) /gm)].map(([, name]) => name);

    expect(new Set(names)).toEqual(new Set(DESCRIBED));
    expect(names.length).toBeGreaterThanOrEqual(10);
  });

  it('counts runs by state, jobs, workers and what they follow', async () => {
    await bench.deploy(['PC-1']);
    const waiting = await figure('winch_runs{state="waiting"}');
    const worker = await bench.worker(7);
    const run = await bench.runIn('queued', await bench.deploy(['PC-2']));
    await worker.beat([run]);

    expect(waiting).toBe(1);
    await waitFor(
      'both runs are queued in SQL and Redis',
      async () => (await figure('winch_queue_jobs{state="waiting"}')) === 2,
    );
    expect(await figure('winch_runs{state="queued"}')).toBe(2);
    expect(await figure('winch_runs{state="running"}')).toBe(0);
    expect(await figure('winch_workers')).toBe(1);
    expect(await figure('winch_runs_followed')).toBe(1);
    expect(await figure('winch_runs_followed_limit')).toBe(7);
  });

  it('counts what is recorded, once, and how runs end', async () => {
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy(['PC-3']));
    const before = (await figure('winch_events_recorded_total')) ?? 0;
    const batches = (await figure('winch_record_batch_seconds_count')) ?? 0;

    const batch = [connecting(), ...runnerEvents(aJournal()), finished()];
    await worker.send(run, batch);
    await worker.send(run, batch);

    expect(await figure('winch_events_recorded_total')).toBe(before + 8);
    expect(await figure('winch_record_batch_seconds_count')).toBe(batches + 2);
    expect(await figure('winch_runs_finished_total{outcome="succeeded"}')).toBe(1);
    expect(await figure('winch_database_write_wait_seconds_count')).toBeGreaterThan(8);
    expect(await figure('winch_dispatch_turn_seconds_count')).toBeGreaterThan(0);
  });

  it('counts runs that nobody followed and that were queued again', async () => {
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy(['PC-4']));
    await worker.send(run, [connecting()]);
    const before = (await figure('winch_runs_requeued_total')) ?? 0;
    clock.advanceMs(31_000);

    await bench.api.running.app.get(Reconciler).reconcile();

    expect((await figure('winch_runs_requeued_total')) ?? 0).toBeGreaterThan(before);
  });

  it('counts event streams while they are open', async () => {
    const run = await bench.run(await bench.deploy(['PC-1']));
    const stop = new AbortController();
    const stream = await fetch(`${bench.api.url}/api/v1/runs/${run.id}/events`, {
      headers: { authorization: `Bearer ${bench.api.key}`, accept: 'text/event-stream' },
      signal: stop.signal,
    });
    const open = await waitFor(
      'the stream is counted',
      async () => (await figure('winch_event_streams')) === 1,
    );

    stop.abort();
    await waitFor('the stream is counted out', async () => (await figure('winch_event_streams')) === 0);

    expect([stream.status, open]).toEqual([200, true]);
  });

  it('are for those who have a key', async () => {
    expect((await bench.api.request('GET', '/metrics', { key: null })).status).toBe(401);
  });
});
