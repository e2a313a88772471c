import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Sweeper } from '../../src/dispatch/sweeper.service.js';
import { DispatchBench } from '../harness/dispatch.js';
import { LiveTarget, ShiftedClock, startWorker } from '../harness/live-target.js';
import { waitFor } from '../harness/wait-for.js';
import { describeWithRedis } from '../harness/redis.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describeWithRedis('a sweep', () => {
  let clock: ShiftedClock;
  let bench: DispatchBench;
  let target: LiveTarget;
  let worker: AsyncDisposable;

  beforeEach(async () => {
    clock = new ShiftedClock();
    bench = await DispatchBench.start({ clock });
    target = await LiveTarget.start(bench);
    worker = await startWorker(bench);
  });

  afterEach(async () => {
    await worker[Symbol.asyncDispose]();
    await target[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  const sweeper = () => bench.api.running.app.get(Sweeper);
  const cleanups = async (runId: string) =>
    (await bench.events(runId)).filter((event) => event.type === 'cleanup.finished');
  const cleanupsOf = (runId: string, count: number) =>
    waitFor(`${count} clean-ups are reported`, async () => (await cleanups(runId)).length === count);

  /** A run that succeeded and whose own clean-up failed. */
  async function leftBehind() {
    target.host.misbehave({ on: 'Create', nth: 2, do: 'fault', code: 170 });
    const run = await bench.runIn('finished', await bench.deploy(['LIVE']));
    await cleanupsOf(run.id, 1);
    return run;
  }

  it('removes later what could not be removed at the end of a run', async () => {
    const run = await leftBehind();
    const before = await target.folderOf(run.id);
    clock.advanceMs(17 * MINUTE_MS);

    await sweeper().sweep();

    await cleanupsOf(run.id, 2);
    const after = await bench.store.byId(run.id);
    expect(before).toEqual(expect.arrayContaining(['claimed', 'journal.jsonl', 'plan.json']));
    expect(await target.folderOf(run.id)).toEqual(['claimed']);
    expect(await target.machine.tasks()).toEqual([]);
    expect(after).toMatchObject({ state: 'finished', outcome: 'succeeded', cleanup: 'clean', epoch: 2 });
    expect(after?.workerId).toBe(run.workerId);
  });

  it('holds no event stream open until then: it ends with the first report', async () => {
    const run = await leftBehind();

    const { text } = await bench.api.request('GET', `/api/v1/runs/${run.id}/events`, {
      headers: { accept: 'text/event-stream' },
    });

    expect(text.trimEnd().split('\n').at(-1)).toContain('"result":"pending"');
  });

  it('leaves a run that has just finished to its worker, and one of a month ago alone', async () => {
    await leftBehind();

    const early = await sweeper().sweep();
    clock.advanceMs(31 * DAY_MS);
    const late = [await sweeper().sweep(), await sweeper().sweepNow()];

    expect(early).toBe(0);
    expect(late).toEqual([0, 0]);
  });

  it('asks an asset ever more seldom, and at once on demand', async () => {
    await leftBehind();
    await worker[Symbol.asyncDispose]();
    clock.advanceMs(17 * MINUTE_MS);

    const queued = [];
    for (const minutes of [0, 19, 2, 38, 3]) {
      clock.advanceMs(minutes * MINUTE_MS);
      queued.push(await sweeper().sweep());
    }
    const { body } = await bench.api.request('POST', '/api/v1/queue/sweep');

    expect(queued).toEqual([1, 0, 1, 0, 1]);
    expect(body).toEqual({ queued: 1 });
  });

  it('forgets workers that ended a week ago, and no living one', async () => {
    const [gone, silent] = [await bench.worker(), await bench.worker()];
    await gone.detach();
    clock.advanceMs(7 * DAY_MS + MINUTE_MS);

    await sweeper().sweep();

    const { body } = await bench.api.request('GET', '/api/v1/workers?limit=100');
    const ids = body.items.map((item: { id: string }) => item.id);
    expect(ids).toContain(silent.id);
    expect(ids).not.toContain(gone.id);
  });

  it('tells in the queue how many assets still hold something', async () => {
    await leftBehind();

    const { body } = await bench.api.request('GET', '/api/v1/queue');

    expect(body.cleanupsPending).toBe(1);
  });
});
