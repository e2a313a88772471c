import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connecting, DispatchBench, finished, type TestWorker } from '../harness/dispatch.js';
import { ShiftedClock } from '../harness/live-target.js';
import { waitFor } from '../harness/wait-for.js';
import { emptyRedis, describeWithRedis } from '../harness/redis.js';
import { startTestApi } from '../harness/api.js';
import { ApiModule } from '../../src/api.module.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describeWithRedis('the queue', () => {
  let bench: DispatchBench;
  let worker: TestWorker;
  let clock: ShiftedClock;

  beforeEach(async () => {
    clock = new ShiftedClock();
    bench = await DispatchBench.start({ assets: 3, clock });
    worker = await bench.worker();
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  const queue = async (query = '') => (await bench.api.request('GET', `/api/v1/queue${query}`)).body;
  const post = (path: string, body?: object) =>
    bench.api.request('POST', `/api/v1${path}`, body === undefined ? {} : { body });
  const waitsFor = (reason: string, deploymentId: string, asset: string) =>
    waitFor(`${asset} waits for ${reason}`, async () => {
      const run = await bench.run(deploymentId, asset);
      return run.waitingFor === reason && run;
    });

  it('knows no runs of an asset that does not exist', async () => {
    const id = '01920000-0000-7000-8000-000000000000';

    expect((await bench.api.request('GET', `/api/v1/assets/${id}/runs`)).status).toBe(404);
  });

  it('says what waits for what, since when', async () => {
    const first = await bench.deploy(['PC-1']);
    await bench.runIn('queued', first);
    const second = await bench.deploy(['PC-1'], { priority: 3 });
    const run = await waitsFor('asset-free', second, 'PC-1');

    const all = await queue();
    const waiting = await queue('?waitingFor=asset-free');

    expect(all).toMatchObject({
      paused: null,
      byState: { queued: 1, waiting: 1 },
      byReason: { 'asset-free': 1 },
      capacity: 100,
    });
    expect(all.items).toHaveLength(2);
    expect(waiting.items).toEqual([
      expect.objectContaining({
        id: run.id,
        deploymentId: second,
        assetName: 'PC-1',
        package: 'Hello',
        waitingFor: 'asset-free',
        since: run.since,
        priority: 3,
      }),
    ]);
  });

  it('releases nothing while it is paused, and goes on when it is resumed', async () => {
    const paused = await post('/queue/pause', { reason: 'Change freeze' });
    const id = await bench.deploy(['PC-1']);
    await waitsFor('paused', id, 'PC-1');

    const shown = await queue();
    const resumed = await post('/queue/resume');

    await bench.runIn('queued', id);
    expect([paused.status, resumed.status]).toEqual([204, 204]);
    expect(shown.paused).toMatchObject({ reason: 'Change freeze', at: expect.stringMatching(/Z$/) });
    expect((await queue()).paused).toBeNull();
  });

  it('keeps the first pause when it is asked for twice', async () => {
    await post('/queue/pause', { reason: 'First' });
    await post('/queue/pause', { reason: 'Second' });

    expect((await queue()).paused.reason).toBe('First');
  });

  it('lets runs expire while it is paused', async () => {
    await post('/queue/pause');
    const id = await bench.deploy(['PC-1']);
    await waitsFor('paused', id, 'PC-1');

    clock.advanceMs(25 * 3600 * 1000);

    expect(await bench.runIn('finished', id)).toMatchObject({ outcome: 'expired' });
  });

  it('holds one deployment and lets the others go', async () => {
    await post('/queue/pause');
    const held = await bench.deploy(['PC-1']);
    const other = await bench.deploy(['PC-2']);
    await post(`/deployments/${held}/pause`);
    await post('/queue/resume');
    await bench.runIn('queued', other);

    const [view, run] = [
      await bench.api.request('GET', `/api/v1/deployments/${held}`),
      await bench.run(held, 'PC-1'),
    ];
    await post(`/deployments/${held}/resume`);

    await bench.runIn('queued', held);
    expect(view.body.state).toBe('paused');
    expect(run).toMatchObject({ state: 'waiting', waitingFor: 'paused' });
  });

  it('holds a deployment that is resumed for as long as the whole queue is paused', async () => {
    await post('/queue/pause');
    const id = await bench.deploy(['PC-1']);
    await post(`/deployments/${id}/pause`);

    await post(`/deployments/${id}/resume`);

    expect(await waitsFor('paused', id, 'PC-1')).toMatchObject({ state: 'waiting' });
  });

  it('lets the runs of a paused deployment expire, and finishes it', async () => {
    await post('/queue/pause');
    const id = await bench.deploy(['PC-1']);
    await post(`/deployments/${id}/pause`);
    await post('/queue/resume');

    clock.advanceMs(25 * 3600 * 1000);

    expect(await bench.runIn('finished', id)).toMatchObject({ outcome: 'expired' });
    expect((await bench.api.request('GET', `/api/v1/deployments/${id}`)).body.state).toBe('finished');
  });

  it('cancels everything, with the reason in the events', async () => {
    const [one, two] = [await bench.deploy(['PC-1']), await bench.deploy(['PC-1', 'PC-2'])];
    const running = await bench.runIn('queued', one);
    await worker.send(running, [connecting()]);

    const answer = await post('/queue/cancel', { reason: 'Wrong package' });

    const events = await bench.events(running.id);
    const wish = events.find((event) => event.type === 'cancel.requested');
    const deployment = await bench.api.request('GET', `/api/v1/deployments/${two}`);
    expect([answer.status, answer.body]).toEqual([202, { cancelled: 3 }]);
    expect(wish).toMatchObject({ reason: 'Wrong package' });
    expect((await bench.store.byId(running.id))?.cancelRequestedAt).not.toBeNull();
    expect(deployment.body).toMatchObject({ state: 'finished', counts: { byOutcome: { cancelled: 2 } } });
  });

  it('needs a reason to cancel everything, and the role to do so', async () => {
    const viewer = await bench.create('/keys', { name: 'Viewer', owner: 'v', role: 'viewer' });
    const { key } = viewer as unknown as { key: string };

    const without = await post('/queue/cancel', {});
    const refused = await Promise.all(
      ['pause', 'resume', 'cancel', 'sweep'].map((verb) =>
        bench.api.request('POST', `/api/v1/queue/${verb}`, { key, body: { reason: 'x' } }),
      ),
    );

    expect(without.body.errors).toMatchObject([{ pointer: '/reason' }]);
    expect(refused.map((answer) => answer.status)).toEqual([403, 403, 403, 403]);
    expect((await bench.api.request('GET', '/api/v1/queue', { key })).status).toBe(200);
  });

  it('refuses to hold what has finished', async () => {
    const id = await bench.deploy(['PC-1']);
    await worker.send(await bench.runIn('queued', id), [connecting(), finished()]);

    const answers = [await post(`/deployments/${id}/pause`), await post(`/deployments/${id}/resume`)];

    expect(answers.map(({ body }) => body.code)).toEqual(['already-finished', 'already-finished']);
  });

  it('stays paused over a restart of the api', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'winch-paused-'));
    const options = {
      config: { dataDir, redisUrl: await emptyRedis() },
      module: ApiModule.for.bind(ApiModule),
    };
    const first = await startTestApi(options);
    await first.request('POST', '/api/v1/queue/pause', { body: { reason: 'Freeze' } });
    await first.close();

    const second = await startTestApi(options);

    const { body } = await second.request('GET', '/api/v1/queue');
    await second.close();
    rmSync(dataDir, { recursive: true });
    expect(body.paused).toMatchObject({ reason: 'Freeze' });
  });
});
