import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Dispatcher } from '../../src/dispatch/dispatcher.service.js';
import { ManualClock } from '../../src/shared/clock.js';
import { DispatchBench } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

/** A Tuesday, an hour before the window. */
const BEFORE = new Date('2026-11-24T20:00:00.000Z');
const TUESDAYS = { windows: [{ days: ['tuesday'], from: '21:00', durationMinutes: 90 }] };
const HOUR_MS = 3_600_000;

describeWithRedis('limits and maintenance windows of groups', () => {
  let bench: DispatchBench;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock(BEFORE);
    bench = await DispatchBench.start({ clock, assets: 3 });
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  const group = (fields: object) =>
    bench.create('/groups', { name: 'Careful', kind: 'static', members: ['PC-1', 'PC-2'], ...fields });
  const standing = async (id: string, assets = ['PC-1', 'PC-2', 'PC-3']) => {
    await bench.worker();
    await bench.api.running.app.get(Dispatcher).dispatch();
    const runs = await Promise.all(assets.map((asset) => bench.run(id, asset)));
    return runs.map((run) => run.waitingFor ?? run.state);
  };

  it('let only so many runs be under way on the assets of a group', async () => {
    await group({ concurrency: 1 });
    const id = await bench.deploy();

    expect(await standing(id)).toEqual(['queued', 'concurrency', 'queued']);
  });

  it('count the assets that a dynamic group holds now', async () => {
    await group({ kind: 'dynamic', members: undefined, filter: { name: ['PC-2', 'PC-3'] }, concurrency: 1 });
    const id = await bench.deploy();

    expect(await standing(id)).toEqual(['queued', 'queued', 'concurrency']);
  });

  it('hold runs until a window opens into which they fit', async () => {
    await group({ maintenance: TUESDAYS });
    const short = await bench.deploy(['PC-1', 'PC-3']);
    const long = await bench.deploy(['PC-2'], { expectedDurationSeconds: 5401 });
    const closed = [await standing(short, ['PC-1', 'PC-3']), await standing(long, ['PC-2'])];

    clock.advanceMs(HOUR_MS);

    expect(closed).toEqual([['window', 'queued'], ['window']]);
    expect(await standing(short, ['PC-1'])).toEqual(['queued']);
    expect(await standing(long, ['PC-2'])).toEqual(['window']);
  });

  it('are passed by with a reason, which deployment and run show', async () => {
    await group({ maintenance: TUESDAYS });
    const id = await bench.deploy(['PC-1', 'PC-3']);
    await standing(id, ['PC-1']);
    const path = `/api/v1/deployments/${id}`;

    await bench.api.request('POST', `${path}/override-windows`, { body: { reason: 'Zero-day' } });

    expect(await standing(id, ['PC-1'])).toEqual(['queued']);
    const by = 'administrator (key bootstrap)';
    const { body } = await bench.api.request('GET', path);
    expect(body.windowOverride).toMatchObject({ by, reason: 'Zero-day' });
    const events = async (asset: string) => bench.events((await bench.run(id, asset)).id);
    expect(await events('PC-1')).toMatchObject([
      { type: 'window.overridden', by, reason: 'Zero-day' },
      { type: 'run.queued' },
    ]);
    expect((await events('PC-3')).map(({ type }) => type)).not.toContain('window.overridden');
  });

  it('are refused with a time zone or a day that there is not', async () => {
    const body = { name: 'Odd', kind: 'static', members: [] };
    const zone = { ...body, maintenance: { ...TUESDAYS, timeZone: 'Mars/Olympus' } };
    const day = {
      ...body,
      maintenance: { windows: [{ days: ['someday'], from: '21:00', durationMinutes: 1 }] },
    };

    const answers = await Promise.all(
      [zone, day].map(
        async (group) => (await bench.api.request('POST', '/api/v1/groups', { body: group })).body,
      ),
    );

    expect(answers.map(({ errors }) => errors[0].pointer)).toEqual([
      '/maintenance/timeZone',
      '/maintenance/windows/0/days/0',
    ]);
  });
});
