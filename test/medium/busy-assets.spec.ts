import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AssetStore } from '../../src/assets/persistence/asset-store.js';
import { Database } from '../../src/database/database.js';
import { AssetRow } from '../../src/assets/persistence/asset.entity.js';
import { Dispatcher } from '../../src/dispatch/dispatcher.service.js';
import { DispatchStore } from '../../src/dispatch/persistence/dispatch-store.js';
import type { AssetId } from '../../src/shared/ids.js';
import { DispatchBench } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

describeWithRedis('assets that are busy, or go away', () => {
  let bench: DispatchBench;

  beforeEach(async () => {
    bench = await DispatchBench.start({ assets: 2 });
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  const part = <T>(type: new (...args: never[]) => T): T => bench.api.running.app.get<T>(type);
  const waiting = () =>
    part(DispatchStore).waiting({ now: new Date().toISOString(), isPaused: false, hasRoom: true });
  const assetId = async (name: string): Promise<AssetId> => {
    const { body } = await bench.api.request('GET', `/api/v1/assets?name=${name}`);
    return body.items[0].id;
  };

  it('runs that wait for one take nobody a place in the queue, until it is free', async () => {
    const worker = await bench.worker(1);
    const first = await bench.runIn('queued', await bench.deploy(['PC-1']));
    const second = await bench.deploy(['PC-1']);
    await waitFor('it says so', async () => (await bench.run(second)).waitingFor === 'asset-free');
    const other = await bench.run(await bench.deploy(['PC-2']));

    const whileBusy = (await waiting()).map(({ id }) => id);
    await bench.api.request('POST', '/api/v1/queue/pause', { body: {} });
    await bench.api.request('POST', `/api/v1/runs/${first.id}/cancel`);
    const whenFree = (await waiting()).map(({ id }) => id);

    expect(whileBusy).toEqual([other.id]);
    expect(whenFree).toEqual([(await bench.run(second)).id, other.id]);
    await worker.detach();
  });

  it('one that was removed while it was ordered to blocks the run, and says so', async () => {
    const deployment = await bench.deploy(['PC-1']);
    const id = await assetId('PC-1');
    await bench.api.running.app.get(Database).write((tx) => tx.delete(AssetRow, { id }));

    await bench.worker();
    await part(Dispatcher).dispatch();

    expect(await bench.runIn('finished', deployment)).toMatchObject({
      outcome: 'blocked',
      failureReason: 'asset-gone',
      failureDetail: 'PC-1 was removed while it was ordered to',
    });
  });

  it('one is not removed when an order came between the question and the removal', async () => {
    const id = await assetId('PC-1');
    const hasRuns = async () => (await bench.api.request('GET', `/api/v1/assets/${id}/runs`)).body.items;
    const rules = { check: () => undefined, isUsed: async () => (await hasRuns()).length > 0 };
    await bench.deploy(['PC-1']);

    expect(await part(AssetStore).remove(id, rules)).toBe(false);
    expect((await bench.api.request('GET', `/api/v1/assets/${id}`)).status).toBe(200);
  });
});
