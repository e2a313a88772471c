import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Dispatcher } from '../../src/dispatch/dispatcher.service.js';
import { ManualClock } from '../../src/shared/clock.js';
import { connecting, DispatchBench, finished, type TestWorker } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

const ASSETS = ['PC-1', 'PC-2', 'PC-3', 'PC-4'];

describeWithRedis('waves', () => {
  let bench: DispatchBench;
  let clock: ManualClock;
  let worker: TestWorker;

  beforeEach(async () => {
    clock = new ManualClock(new Date());
    bench = await DispatchBench.start({ clock, assets: 4 });
    worker = await bench.worker();
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  const dispatch = () => bench.api.running.app.get(Dispatcher).dispatch();
  const post = (id: string, verb: string, body?: object) =>
    bench.api.request('POST', `/api/v1/deployments/${id}/${verb}`, body ? { body } : {});
  const deployment = async (id: string) => (await bench.api.request('GET', `/api/v1/deployments/${id}`)).body;
  const standing = async (id: string) => {
    await dispatch();
    const runs = await Promise.all(ASSETS.map((asset) => bench.run(id, asset)));
    return runs.map((run) => run.waitingFor ?? run.state);
  };
  const passMinutes = async (minutes: number) => {
    clock.advanceMs(minutes * 60_000);
    // Silent for so long, it would be taken for dead.
    await worker.beat();
  };
  const end = async (id: string, asset: string, outcome: 'succeeded' | 'failed' = 'succeeded') =>
    worker.send(await bench.runIn('queued', id, asset), [connecting(), finished(2, outcome)]);

  it('begin one after the other, each when the one before has ended and soaked', async () => {
    const waves = [{ count: 1, soakSeconds: 600 }, { percent: 50 }, { percent: 100 }];
    const id = await bench.deploy(ASSETS, { waves });
    const first = await standing(id);
    await end(id, 'PC-1');
    const soaking = await standing(id);

    await passMinutes(10);
    const second = await standing(id);
    await end(id, 'PC-2');

    expect(first).toEqual(['queued', 'wave', 'wave', 'wave']);
    expect(soaking).toEqual(['finished', 'wave', 'wave', 'wave']);
    expect(second).toEqual(['finished', 'queued', 'wave', 'wave']);
    expect(await standing(id)).toEqual(['finished', 'finished', 'queued', 'queued']);
    expect(await deployment(id)).toMatchObject({
      openWave: 3,
      waves: [{ count: 1, soakSeconds: 600 }, {}, {}],
    });
  });

  it('with a gate begin when someone says so, over their soak time too', async () => {
    const waves = [
      { count: 1, soakSeconds: 600 },
      { count: 1, manual: true },
    ];
    const id = await bench.deploy(ASSETS, { waves });
    await end(id, 'PC-1');
    await passMinutes(10);
    const gated = await standing(id);

    const opened = await post(id, 'next-wave');
    const second = await standing(id);
    await post(id, 'next-wave');
    await standing(id);
    const none = await post(id, 'next-wave');

    expect(gated).toEqual(['finished', 'wave', 'wave', 'wave']);
    expect(second).toEqual(['finished', 'queued', 'wave', 'wave']);
    expect([opened.status, none.status, none.body.code]).toEqual([204, 409, 'conflict']);
  });

  it('halt at the share of failures that the order says, and go on when someone resumes', async () => {
    const waves = [{ count: 2 }, { percent: 100 }];
    const id = await bench.deploy(ASSETS, { waves, haltAtFailurePercent: 50 });
    await end(id, 'PC-1', 'failed');
    const halted = await standing(id);
    const { state, paused } = await deployment(id);
    await end(id, 'PC-2');

    await post(id, 'resume');

    expect(halted).toEqual(['finished', 'queued', 'paused', 'paused']);
    expect(state).toBe('paused');
    expect(paused).toMatchObject({ by: 'winch', reason: '1 of 2 runs of wave 1 failed: it halts at 50 %' });
    expect(await standing(id)).toEqual(['finished', 'finished', 'queued', 'queued']);
  });

  it('are refused without a size, and with two', async () => {
    const order = { package: 'Hello', parameters: { TOKEN: 'x' }, targets: { assets: ASSETS } };

    const { body } = await bench.api.request('POST', '/api/v1/deployments', {
      body: { ...order, waves: [{}, { count: 1, percent: 2 }] },
    });

    expect(body.errors).toMatchObject([
      { pointer: '/waves/0', code: 'missing-field' },
      { pointer: '/waves/1', code: 'not-allowed' },
    ]);
  });

  it('say who paused them, and why', async () => {
    const id = await bench.deploy(ASSETS);

    await post(id, 'pause', { reason: 'Change freeze' });

    const pause = { by: 'administrator (key bootstrap)', reason: 'Change freeze' };
    expect((await deployment(id)).paused).toMatchObject(pause);
  });
});
