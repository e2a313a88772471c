import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Dispatcher } from '../../src/dispatch/dispatcher.service.js';
import { DispatchStore } from '../../src/dispatch/persistence/dispatch-store.js';
import { ManualClock } from '../../src/shared/clock.js';
import { connecting, DispatchBench, finished } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

const HOUR_MS = 3_600_000;
const ASSETS = ['PC-1', 'PC-2', 'PC-3'];

describeWithRedis('rollouts', () => {
  let bench: DispatchBench;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock(new Date());
    bench = await DispatchBench.start({ clock, assets: 3 });
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  const part = <T>(type: new (...args: never[]) => T): T => bench.api.running.app.get<T>(type);
  const dispatch = () => part(Dispatcher).dispatch();
  const inHours = (hours: number) => new Date(clock.now().getTime() + hours * HOUR_MS).toISOString();
  const deployment = async (id: string) => (await bench.api.request('GET', `/api/v1/deployments/${id}`)).body;
  const runs = (id: string) => Promise.all(ASSETS.map((asset) => bench.run(id, asset)));
  const standing = async (id: string) => (await runs(id)).map((run) => run.waitingFor ?? run.state);

  it('begin at notBefore, and expire a day after it unless the order says otherwise', async () => {
    await bench.worker();
    const [notBefore, expiresAt] = [inHours(10), inHours(34)];
    const id = await bench.deploy(['PC-1'], { notBefore });
    await dispatch();
    const early = [await deployment(id), await bench.run(id)];
    clock.advanceMs(10 * HOUR_MS);

    await dispatch();

    expect(early).toMatchObject([
      { state: 'scheduled', notBefore, expiresAt },
      { state: 'waiting', waitingFor: 'not-before' },
    ]);
    expect((await bench.run(id)).state).toBe('queued');
    expect((await deployment(id)).state).toBe('running');
  });

  it('stay scheduled when they are paused and resumed before their time', async () => {
    const id = await bench.deploy(['PC-1'], { notBefore: inHours(1) });
    await bench.api.request('POST', `/api/v1/deployments/${id}/pause`);

    await bench.api.request('POST', `/api/v1/deployments/${id}/resume`);

    expect((await deployment(id)).state).toBe('scheduled');
  });

  it('are refused when they would expire before they may begin', async () => {
    const order = { package: 'Hello', parameters: { TOKEN: 'x' }, targets: { assets: ['PC-1'] } };

    const { status, body } = await bench.api.request('POST', '/api/v1/deployments', {
      body: { ...order, notBefore: inHours(2), expiresAt: inHours(1) },
    });

    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer: '/expiresAt', code: 'out-of-range' }]);
  });

  it('keep to the number of runs at a time that the order says', async () => {
    const worker = await bench.worker();
    const id = await bench.deploy(ASSETS, { concurrency: 1 });
    const first = await bench.runIn('queued', id, 'PC-1');
    await dispatch();
    const before = await standing(id);

    await worker.send(first, [connecting(), finished()]);
    await bench.runIn('queued', id, 'PC-2');

    expect(before).toEqual(['queued', 'concurrency', 'concurrency']);
    expect(await standing(id)).toEqual(['finished', 'queued', 'concurrency']);
    expect((await deployment(id)).concurrency).toBe(1);
  });

  it('keep to the number of runs at a time that is set for everything, until it is lifted', async () => {
    await bench.worker();
    const limit = (concurrency: number | null) =>
      bench.api.request('PUT', '/api/v1/queue/concurrency', { body: { concurrency } });
    await limit(2);
    const id = await bench.deploy();
    await bench.runIn('queued', id, 'PC-2');
    await dispatch();
    const limited = await standing(id);
    const { body: queue } = await bench.api.request('GET', '/api/v1/queue');

    const answer = await limit(null);
    await bench.runIn('queued', id, 'PC-3');

    expect(limited).toEqual(['queued', 'queued', 'concurrency']);
    expect(queue.concurrency).toBe(2);
    expect(answer.status).toBe(204);
  });

  it('keep to the number of runs at a time that a share serves', async () => {
    await bench.worker();
    await bench.create('/shares', { name: 'HQ', unc: '\\\\files\\P$', default: true, concurrency: 1 });
    const steps = [{ name: 'Install', type: 'installer', path: '{PackageShare}\\a.msi' }];
    await bench.create('/packages', { name: 'Shared', steps });
    const id = await bench.deploy(ASSETS, { package: 'Shared', parameters: {} });
    await bench.runIn('queued', id, 'PC-1');
    const other = await bench.deploy(['PC-3']);

    await bench.runIn('queued', other);
    await dispatch();

    expect(await standing(id)).toEqual(['queued', 'concurrency', 'asset-free']);
  });

  it('read nothing of a run again that waits for what it waited for', async () => {
    await bench.worker(1);
    const held = await bench.deploy(['PC-1'], { notBefore: inHours(1) });
    const paused = await bench.deploy(['PC-1']);
    await bench.api.request('POST', `/api/v1/deployments/${paused}/pause`);
    const id = await bench.deploy();
    await waitFor('all say so', async () => {
      await dispatch();
      return !(await standing(id)).includes('waiting') && (await bench.run(held)).waitingFor !== null;
    });
    const read = (at: string) => part(DispatchStore).waiting({ now: at, isPaused: false, hasRoom: false });

    const now = await read(inHours(0));
    const later = await read(inHours(1));

    expect(now).toEqual([]);
    expect(later.map((run) => run.deploymentId)).toEqual([held]);
  });
});
