import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { CredentialRow } from '../../src/credentials/persistence/credential.entity.js';
import { Database } from '../../src/database/database.js';
import { Reconciler } from '../../src/dispatch/reconciler.service.js';
import type { RunRow } from '../../src/recording/persistence/run-store.js';
import { ManualClock } from '../../src/shared/clock.js';
import type { CredentialId } from '../../src/shared/ids.js';
import { connecting, DispatchBench, finished, starting } from '../harness/dispatch.js';
import { startWorker } from '../harness/live-target.js';
import { describeWithRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

const DAY_MS = 24 * 3_600_000;

describeWithRedis('a run that does not get under way', () => {
  let bench: DispatchBench;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock(new Date());
    bench = await DispatchBench.start({ clock });
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  const reconcile = () => bench.api.running.app.get(Reconciler).reconcile();
  const reconcileAfter = async (ms: number) => {
    clock.advanceMs(ms);
    await reconcile();
  };
  const row = async (run: RunRow) => (await bench.store.byId(run.id)) ?? run;
  const typesOf = async (run: RunRow) => (await bench.events(run.id)).map(({ type }) => type);

  async function loseAllJobs(): Promise<void> {
    const redis = new Redis(bench.api.config.redisUrl);
    await redis.flushdb();
    redis.disconnect();
  }

  async function damageTheCredential(): Promise<void> {
    const id = bench.credentialId as CredentialId;
    const damaged = { sealedPassword: 'v1.00000000.AAAA' };
    await bench.api.running.app.get(Database).write((tx) => tx.update(CredentialRow, { id }, damaged));
  }

  it('says that no job can be made for it, and why', async () => {
    await damageTheCredential();
    await bench.worker();
    const deployment = await bench.deploy();

    const run = await waitFor('the reason', async () => {
      const found = await bench.run(deployment);
      return found.waitingFor === 'job' && found;
    });

    expect(run).toMatchObject({ state: 'queued', epoch: 1 });
    const delayed = (await bench.events(run.id)).find(({ type }) => type === 'run.delayed');
    expect(delayed?.['detail']).toContain('No job can be made for it: ');
  });

  it('is queued ever more seldom while nobody takes it up, and says so', async () => {
    await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());

    const epochs = [];
    for (const ms of [12_001, 12_001, 11_999, 12_002, 24_001]) {
      await loseAllJobs();
      await reconcileAfter(ms);
      epochs.push((await row(run)).epoch);
    }

    // After 12 s, 12 s and 24 s; the last 24 s of 48 have not been enough.
    expect(epochs).toEqual([2, 3, 3, 4, 4]);
    expect(await row(run)).toMatchObject({ waitingFor: 'worker', idleEpochs: 3 });
    const again = (await bench.events(run.id)).find(({ epoch }) => epoch === 2);
    expect(again?.['detail']).toContain('has another WINCH_WORKER_KEY');
  });

  it('is left in peace by a worker with another key, until one with the right key comes', async () => {
    const wrong = await startWorker(bench, { jobKey: randomBytes(32) });
    const run = await bench.runIn('queued', await bench.deploy());
    await waitFor('the job is refused', async () => (await bench.job(run.id, 1)) === null);
    await reconcileAfter(12_001);
    await wrong[Symbol.asyncDispose]();

    await using workers = new AsyncDisposableStack();
    workers.use(await startWorker(bench));

    const last = await waitFor('its end', async () => {
      await reconcileAfter(12_001);
      const found = await row(run);
      return found.state === 'finished' && found;
    });
    expect(last).toMatchObject({ outcome: 'unreachable', waitingFor: null, cleanup: null });
  });

  it('expires in the queue when no worker began with it', async () => {
    await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());

    await reconcileAfter(DAY_MS + 1);

    expect(await row(run)).toMatchObject({ state: 'finished', outcome: 'expired', cleanup: null });
  });

  it('does not expire once it may be on its target', async () => {
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());
    await worker.send(run, [connecting(), starting()]);
    await worker.detach();
    await waitFor('the next epoch', async () => (await row(run)).epoch === 2);

    await reconcileAfter(DAY_MS + 1);

    expect(await row(run)).toMatchObject({ state: 'queued', outcome: null });
    expect(await bench.job(run.id, 2)).toMatchObject({ mode: 'start', mayHaveStarted: true });
  });

  it('is known not to be on its target when its worker vanished before it sent anything', async () => {
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());
    await worker.send(run, [connecting()]);

    await worker.detach();

    const job = await waitFor('the next job', () => bench.job(run.id, 2));
    expect(job).toMatchObject({ mayHaveStarted: false });
  });

  it('ends as cancelled when its worker vanished before it sent anything', async () => {
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());
    await worker.send(run, [connecting()]);
    await bench.api.request('POST', `/api/v1/runs/${run.id}/cancel`);
    const before = await row(run);

    await reconcileAfter(30_001);

    expect(before).toMatchObject({ state: 'connecting', outcome: null });
    expect(await row(run)).toMatchObject({ state: 'finished', outcome: 'cancelled', cleanup: null });
  });

  it('is given up when it must be over and no worker could ever follow it', async () => {
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());
    await worker.send(run, [connecting(), starting()]);
    clock.advanceMs(3 * DAY_MS);

    for (let epoch = 2; epoch <= 5; epoch++) {
      await loseAllJobs();
      await reconcileAfter(301_000);
    }

    expect(await row(run)).toMatchObject({ outcome: 'unknown', failureReason: 'worker-error' });
  });

  it('is cleaned up by a sweep when its worker died right after a refused start', async () => {
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());

    await worker.send(run, [connecting(), starting(), finished(3, 'failed')]);

    expect(await row(run)).toMatchObject({ state: 'finished', startedAt: null, cleanup: 'pending' });
    expect(await typesOf(run)).not.toContain('cleanup.finished');
  });
});
