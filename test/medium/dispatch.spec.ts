import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { CredentialRow } from '../../src/credentials/persistence/credential.entity.js';
import { Database } from '../../src/database/database.js';
import { Dispatcher } from '../../src/dispatch/dispatcher.service.js';
import { Reconciler } from '../../src/dispatch/reconciler.service.js';
import { ManualClock } from '../../src/shared/clock.js';
import type { CredentialId } from '../../src/shared/ids.js';
import { aJournal, runnerEvents } from '../harness/builders/job.js';
import { connecting, DispatchBench, finished, starting } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

const JOURNAL = runnerEvents(aJournal());

describeWithRedis('dispatching', () => {
  let bench: DispatchBench;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock(new Date());
    bench = await DispatchBench.start({ clock, assets: 3 });
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  const part = <T>(type: new (...args: never[]) => T): T => bench.api.running.app.get<T>(type);
  async function withRedis<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(bench.api.config.redisUrl);
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  const dispatch = () => part(Dispatcher).dispatch();
  const reconcile = () => part(Reconciler).reconcile();

  it('holds runs while no worker can take them, and says so', async () => {
    const deployment = await bench.deploy(['PC-1']);

    await dispatch();

    expect(await bench.run(deployment)).toMatchObject({
      state: 'waiting',
      waitingFor: 'concurrency',
      epoch: 0,
    });
  });

  it('releases a run as a sealed job when a worker registers', async () => {
    const deployment = await bench.deploy(['PC-1']);
    await bench.worker();

    const run = await bench.runIn('queued', deployment);
    const job = await bench.job(run.id, 1);

    expect(run).toMatchObject({ epoch: 1, waitingFor: null });
    expect(job).toMatchObject({
      mode: 'start',
      epoch: 1,
      target: { name: 'PC-1', transport: 'http', port: 5985 },
      credentials: [{ username: 'Admin', password: 'Right-1234' }],
      secrets: ['pl4nted-Secret'],
      journalOffset: 0,
    });
  });

  it('lets no secret reach Redis in the clear', async () => {
    const deployment = await bench.deploy(['PC-1']);
    await bench.worker();
    const run = await bench.runIn('queued', deployment);

    const raw = JSON.stringify(await withRedis((redis) => redis.hgetall(`bull:winch-runs:${run.id}-1`)));

    expect(raw).toContain('sealed');
    expect(raw).not.toMatch(/Right-1234|pl4nted|echo hello|PC-1/);
  });

  it('runs one package at a time on an asset, the next when it has finished', async () => {
    const worker = await bench.worker();
    const first = await bench.deploy(['PC-1']);
    const running = await bench.runIn('queued', first);
    const second = await bench.deploy(['PC-1']);
    await dispatch();
    const waiting = await bench.run(second);

    await worker.send(running, [connecting(), finished()]);
    const released = await bench.runIn('queued', second);

    expect(waiting).toMatchObject({ state: 'waiting', waitingFor: 'asset-free' });
    expect(released.epoch).toBe(1);
  });

  it('never has more runs under way than the workers take', async () => {
    await bench.worker(2);
    const deployment = await bench.deploy();
    await bench.runIn('queued', deployment, 'PC-1');
    await dispatch();

    const states = await Promise.all(
      ['PC-1', 'PC-2', 'PC-3'].map(async (name) => (await bench.run(deployment, name)).state),
    );

    expect(states.toSorted()).toEqual(['queued', 'queued', 'waiting']);
  });

  it('releases the higher priority first', async () => {
    const low = await bench.deploy(['PC-1'], { priority: 1 });
    const high = await bench.deploy(['PC-2'], { priority: 5 });
    await bench.worker(1);

    await bench.runIn('queued', high);

    expect(await bench.run(low)).toMatchObject({ state: 'waiting' });
  });

  it('ends a run that waited beyond its expiry', async () => {
    const expiresAt = new Date(clock.now().getTime() + 60_000).toISOString();
    const deployment = await bench.deploy(['PC-1'], { expiresAt });
    await dispatch();
    clock.advanceMs(60_001);

    await dispatch();

    expect(await bench.run(deployment)).toMatchObject({
      state: 'finished',
      outcome: 'expired',
      failureDetail: `Nothing was started before ${expiresAt}; it waited for concurrency`,
    });
  });

  it('blocks a run on an asset that no credential opens', async () => {
    await bench.api.request('DELETE', `/api/v1/credentials/${bench.credentialId}`);
    await bench.worker();

    const deployment = await bench.deploy(['PC-1']);

    expect(await bench.runIn('finished', deployment)).toMatchObject({
      outcome: 'blocked',
      failureReason: 'no-credential',
    });
  });

  it('does not let one damaged secret keep the other runs from their jobs', async () => {
    const { body } = await bench.api.request('GET', '/api/v1/assets?name=PC-1');
    const scope = { assets: [body.items[0].id] };
    const { id } = await bench.create('/credentials', {
      name: 'Damaged',
      username: 'x',
      password: 'y',
      scope,
    });
    await bench.api.running.app
      .get(Database)
      .write((tx) =>
        tx.update(CredentialRow, { id: id as CredentialId }, { sealedPassword: 'v1.00000000.AAAA' }),
      );
    const deployment = await bench.deploy(['PC-1', 'PC-2']);
    await bench.worker();

    const well = await bench.runIn('queued', deployment, 'PC-2');

    await waitFor('a job', () => bench.job(well.id, 1));
    expect(await bench.job((await bench.run(deployment, 'PC-1')).id, 1)).toBeNull();
  });

  describe('recovery', () => {
    async function aRunOf(worker: { send: (...args: never[]) => unknown }) {
      const deployment = await bench.deploy(['PC-1']);
      const run = await bench.runIn('queued', deployment);
      return { deployment, run, worker };
    }

    it('hands a run over at once when its worker detaches', async () => {
      const worker = await bench.worker();
      const { deployment, run } = await aRunOf(worker);
      await worker.send(run, [connecting()]);

      await worker.detach();
      const again = await bench.runIn('queued', deployment);

      expect(again).toMatchObject({ epoch: 2, workerId: null, workerSeq: 0 });
      expect(await bench.job(run.id, 2)).toMatchObject({ mode: 'start', epoch: 2 });
    });

    it('only has a run followed once its runner has said a word', async () => {
      const worker = await bench.worker();
      const { deployment, run } = await aRunOf(worker);
      await worker.send(run, [connecting(), ...JOURNAL.slice(0, 3)]);

      await worker.detach();
      await bench.runIn('reconciling', deployment);

      expect(await bench.job(run.id, 2)).toMatchObject({ mode: 'follow', runnerSeq: 3 });
    });

    it('takes a worker that is silent for 30 s for dead, and fences it off', async () => {
      const worker = await bench.worker();
      const { run } = await aRunOf(worker);
      await worker.send(run, [connecting()]);
      clock.advanceMs(30_001);

      await reconcile();
      const late = await worker.send(run, [finished()]);

      expect(await bench.store.byId(run.id)).toMatchObject({ state: 'queued', epoch: 2 });
      expect(late.result).toBe('stale-epoch');
      expect((await worker.beat([run])).instructions).toEqual([
        { do: 'abandon', targetRunId: run.id, epoch: 1 },
      ]);
    });

    it('leaves a run alone that a living worker says it follows', async () => {
      const worker = await bench.worker();
      const { run } = await aRunOf(worker);
      await worker.send(run, [connecting()]);
      clock.advanceMs(20_000);
      await worker.beat([run]);

      await reconcile();

      expect(await bench.store.byId(run.id)).toMatchObject({ epoch: 1 });
    });

    it('leaves a run alone whose job waits in Redis', async () => {
      const { run } = await aRunOf(await bench.worker());
      clock.advanceMs(20_000);

      await reconcile();

      expect(await bench.store.byId(run.id)).toMatchObject({ epoch: 1 });
    });

    it('queues everything again when Redis has lost all', async () => {
      const { run } = await aRunOf(await bench.worker());
      await withRedis((redis) => redis.flushdb());
      clock.advanceMs(20_000);

      await reconcile();

      expect(await bench.store.byId(run.id)).toMatchObject({ state: 'queued', epoch: 2 });
      expect(await bench.job(run.id, 2)).toMatchObject({ mode: 'start' });
    });

    it('does not call a run blocked that may go on at its target, and gives it up at last', async () => {
      const worker = await bench.worker();
      const { deployment, run } = await aRunOf(worker);
      await worker.send(run, [connecting(), starting()]);
      await bench.api.request('DELETE', `/api/v1/credentials/${bench.credentialId}`);
      await worker.detach();
      await waitFor('the next epoch', async () => (await bench.run(deployment)).epoch === 2);
      const before = await bench.run(deployment);

      clock.advanceMs(3 * 24 * 3_600_000);
      await reconcile();

      expect(before).toMatchObject({ state: 'queued', outcome: null });
      expect(await bench.run(deployment)).toMatchObject({
        state: 'finished',
        outcome: 'unknown',
        failureReason: 'no-credential',
      });
    });

    it('takes nothing for lost before the workers have had time to say what they follow', async () => {
      const { run } = await aRunOf(await bench.worker());
      await withRedis((redis) => redis.flushdb());
      clock.advanceMs(11_000);

      await reconcile();

      expect(await bench.store.byId(run.id)).toMatchObject({ epoch: 1 });
    });
  });

  describe('cancelling', () => {
    const cancel = (runId: string) => bench.api.request('POST', `/api/v1/runs/${runId}/cancel`);

    it('ends a run that no worker has begun', async () => {
      await bench.worker();
      const run = await bench.runIn('queued', await bench.deploy(['PC-1']));

      const answer = await cancel(run.id);

      expect(answer.status).toBe(202);
      expect(answer.headers.get('location')).toBe(`/api/v1/runs/${run.id}`);
      expect(await bench.store.byId(run.id)).toMatchObject({ state: 'finished', outcome: 'cancelled' });
    });

    it('keeps the first wish when a deployment is cancelled twice', async () => {
      const worker = await bench.worker();
      const deployment = await bench.deploy(['PC-1']);
      await worker.send(await bench.runIn('queued', deployment), [connecting()]);
      const path = `/api/v1/deployments/${deployment}`;
      await bench.api.request('POST', `${path}/cancel`);
      const { body: first } = await bench.api.request('GET', path);
      clock.advanceMs(60_000);

      await bench.api.request('POST', `${path}/cancel`);

      const { body: second } = await bench.api.request('GET', path);
      expect(first.cancelRequestedAt).toMatch(/Z$/);
      expect(second.cancelRequestedAt).toBe(first.cancelRequestedAt);
    });

    it('says where to look after a deployment was cancelled', async () => {
      const deployment = await bench.deploy(['PC-1']);

      const answer = await bench.api.request('POST', `/api/v1/deployments/${deployment}/cancel`);

      expect([answer.status, answer.headers.get('location')]).toEqual([
        202,
        `/api/v1/deployments/${deployment}`,
      ]);
    });

    it('ends a run whose jobs were lost before any worker took one', async () => {
      await bench.worker();
      const run = await bench.runIn('queued', await bench.deploy(['PC-1']));
      await withRedis((redis) => redis.flushdb());
      clock.advanceMs(20_000);
      await reconcile();

      await cancel(run.id);

      expect(await bench.store.byId(run.id)).toMatchObject({
        epoch: 2,
        state: 'finished',
        outcome: 'cancelled',
      });
    });

    it('does not end a run that an earlier worker may have started', async () => {
      const worker = await bench.worker();
      const deployment = await bench.deploy(['PC-1']);
      await worker.send(await bench.runIn('queued', deployment), [connecting(), starting()]);
      await worker.detach();
      const run = await bench.runIn('queued', deployment);

      await cancel(run.id);

      expect(await bench.store.byId(run.id)).toMatchObject({ epoch: 2, state: 'queued', outcome: null });
    });

    it('tells the worker in every answer until the run has finished', async () => {
      const worker = await bench.worker();
      const run = await bench.runIn('queued', await bench.deploy(['PC-1']));
      await worker.send(run, [connecting()]);
      await cancel(run.id);
      const told = [{ do: 'cancel', targetRunId: run.id, epoch: 1 }];

      const beat = await worker.beat([run]);
      const batch = await worker.sendAll(run, JOURNAL.slice(0, 1));
      const last = await worker.sendAll(run, [finished()]);

      expect([beat.instructions, batch.instructions, last.instructions]).toEqual([told, told, []]);
    });

    it('is recorded once however often it is asked for', async () => {
      const worker = await bench.worker();
      const run = await bench.runIn('queued', await bench.deploy(['PC-1']));
      await worker.send(run, [connecting()]);

      const answers = [await cancel(run.id), await cancel(run.id)];

      expect(answers.map(({ status }) => status)).toEqual([202, 202]);
      const wishes = (await bench.events(run.id)).filter(({ type }) => type === 'cancel.requested');
      expect(wishes).toMatchObject([{ by: 'administrator (key bootstrap)' }]);
    });
  });
});

describe('dispatching without Redis', () => {
  it('keeps a released run in SQL, and says that it is not ready', async () => {
    await using bench = await DispatchBench.start({ redisUrl: 'redis://127.0.0.1:1' });
    await bench.worker();

    const run = await bench.runIn('queued', await bench.deploy(['PC-1']));
    const ready = await bench.api.request('GET', '/health/ready');

    expect(run.epoch).toBe(1);
    expect(ready.status).toBe(503);
    expect(ready.body.checks).toContainEqual(expect.objectContaining({ name: 'redis', ok: false }));
  }, 30_000);
});
