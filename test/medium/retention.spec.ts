import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { RunEventEntity } from '../../src/recording/persistence/run-event.entity.js';
import { Retention } from '../../src/recording/retention.service.js';
import type { RunRow } from '../../src/recording/persistence/run-store.js';
import { aJournal, journalEvent, runnerEvents } from '../harness/builders/job.js';
import { connecting, DispatchBench, finished, type TestWorker } from '../harness/dispatch.js';
import { ShiftedClock } from '../harness/live-target.js';
import { describeWithRedis } from '../harness/redis.js';

const DAY_MS = 24 * 3600 * 1000;

/** The journal of one step that prints so many lines. */
function talkative(lines: number) {
  const [started, stepStarted, , ...ending] = aJournal();
  const output = Array.from({ length: lines }, (_, index) =>
    journalEvent(0, 'step.output', {
      index: 0,
      stream: 'stdout',
      text: `line ${index} ${'x'.repeat(1000)}\n`,
    }),
  );
  const all = [started, stepStarted, ...output, ...ending].filter((event) => event !== undefined);
  return runnerEvents(all.map((event, index) => ({ ...event, seq: index + 1 })));
}

describeWithRedis('retention', () => {
  let clock: ShiftedClock;
  let bench: DispatchBench;
  let worker: TestWorker;

  beforeEach(async () => {
    clock = new ShiftedClock();
    bench = await DispatchBench.start({ clock, assets: 2 });
    worker = await bench.worker();
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  const retain = () => bench.api.running.app.get(Retention).retain();
  const reader = () => bench.api.running.app.get(Database).reader;
  const get = (path: string) => bench.api.request('GET', `/api/v1${path}`);

  /** A finished run that printed so many lines. */
  async function finishedRun(lines = 1): Promise<RunRow> {
    // The clock has moved, and this worker has been silent for as long.
    await worker.beat();
    const run = await bench.runIn('queued', await bench.deploy(['PC-1']));
    await worker.send(run, [connecting(), ...talkative(lines), finished(2)]);
    return run;
  }

  it('removes the output after its time, and keeps the run with its other events', async () => {
    const old = await finishedRun(3);
    clock.advanceMs(89 * DAY_MS);
    const young = await finishedRun(3);
    clock.advanceMs(2 * DAY_MS);

    const removed = await retain();

    const [view, output, kept] = [
      await get(`/runs/${old.id}`),
      await get(`/runs/${old.id}/output`),
      await get(`/runs/${young.id}/output`),
    ];
    const types = (await bench.events(old.id)).map((event) => event.type);
    expect(removed).toEqual({ outputs: 1, deployments: 0 });
    expect(view.body).toMatchObject({
      state: 'finished',
      outcome: 'succeeded',
      outputRemovedAt: expect.any(String),
    });
    expect(view.body.steps[0].outputBytes).toBe(7);
    expect([output.status, output.text]).toEqual([200, '']);
    expect(types).not.toContain('step.output');
    expect(types).toEqual(expect.arrayContaining(['run.queued', 'step.finished', 'run.finished']));
    expect(kept.text).toContain('line 2');
    expect((await get(`/runs/${young.id}`)).body.outputRemovedAt).toBeNull();
  });

  it('looks at each run once', async () => {
    await finishedRun();
    clock.advanceMs(91 * DAY_MS);

    expect([await retain(), await retain()]).toEqual([
      { outputs: 1, deployments: 0 },
      { outputs: 0, deployments: 0 },
    ]);
  });

  it('removes more output than one transaction may', async () => {
    const run = await finishedRun(1_200);
    clock.advanceMs(91 * DAY_MS);

    await retain();

    expect(await reader().countBy(RunEventEntity, { targetRunId: run.id, type: 'step.output' })).toBe(0);
  });

  it('removes a deployment with its runs and events after its time', async () => {
    const run = await finishedRun(700);
    clock.advanceMs(366 * DAY_MS);
    const young = await finishedRun();

    const removed = await retain();

    expect(removed).toEqual({ outputs: 0, deployments: 1 });
    expect((await get(`/deployments/${run.deploymentId}`)).status).toBe(404);
    expect((await get(`/runs/${run.id}`)).status).toBe(404);
    expect((await get(`/runs/${run.id}/events`)).status).toBe(404);
    expect(await reader().countBy(RunEventEntity, { deploymentId: run.deploymentId })).toBe(0);
    expect((await get('/log')).body.items).toHaveLength(1);
    expect((await get(`/runs/${young.id}`)).status).toBe(200);
  });

  it('keeps a deployment that has not finished, however old', async () => {
    await bench.api.request('POST', '/api/v1/queue/pause');
    const id = await bench.deploy(['PC-2'], { expiresAt: '2099-01-01T00:00:00Z' });
    clock.advanceMs(400 * DAY_MS);

    await retain();

    expect((await get(`/deployments/${id}`)).body.state).toBe('running');
  });

  it('gives the room to what comes next: the file does not grow', async () => {
    const pages = async () => {
      const [row] = await reader().query<{ page_count: number }[]>('PRAGMA page_count');
      return row?.page_count ?? 0;
    };
    await finishedRun(1_000);
    const full = await pages();

    for (let round = 0; round < 3; round++) {
      clock.advanceMs(91 * DAY_MS);
      await retain();
      await finishedRun(1_000);
    }

    expect((await pages()) / full).toBeLessThan(1.1);
  });
});
