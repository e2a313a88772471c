import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { WAKE_CHANNEL } from '../../src/dispatch/domain/sealed-job.js';
import { WakeConsumer } from '../../src/worker/wake-consumer.js';
import { connecting, DispatchBench } from '../harness/dispatch.js';
import { LiveTarget, startWorker } from '../harness/live-target.js';
import { describeWithRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

jest.setTimeout(30_000);

/** Beats are 5 s apart: what is done by then, and was asked for right after one, did not wait for the next. */
const WELL_BEFORE_THE_NEXT_BEAT_MS = 4_000;

describeWithRedis('a wish that workers must hear of', () => {
  let bench: DispatchBench;
  const open: AsyncDisposable[] = [];

  beforeEach(async () => {
    bench = await DispatchBench.start();
  });

  afterEach(async () => {
    for (const part of open.splice(0).toReversed()) await part[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  const cancel = (runId: string) => bench.api.request('POST', `/api/v1/runs/${runId}/cancel`);

  /** Everything that is said on the channel from now on. */
  async function listening(): Promise<string[]> {
    const heard: string[] = [];
    const redis = new Redis(bench.api.config.redisUrl);
    redis.on('message', (_channel, message) => heard.push(message));
    await redis.subscribe(WAKE_CHANNEL);
    open.push({ [Symbol.asyncDispose]: async () => redis.disconnect() });
    return heard;
  }

  it('is announced by an empty message', async () => {
    const heard = await listening();
    const worker = await bench.worker();
    const run = await bench.runIn('queued', await bench.deploy());
    await worker.send(run, [connecting()]);

    await cancel(run.id);
    await waitFor('a message', () => heard.length > 0);

    expect(new Set(heard)).toEqual(new Set(['']));
  });

  it('makes a worker listen, also when Redis comes only later or goes for a while', async () => {
    let wakes = 0;
    const consumer = new WakeConsumer({ redisUrl: bench.api.config.redisUrl, onWake: () => (wakes += 1) });
    open.push({ [Symbol.asyncDispose]: async () => consumer.close() });
    consumer.start();
    const redis = new Redis(bench.api.config.redisUrl);
    open.push({ [Symbol.asyncDispose]: async () => redis.disconnect() });
    const publish = () => redis.publish(WAKE_CHANNEL, '');
    await waitFor('the first wake', async () => (await publish()) > 0 && wakes > 0);

    await redis.client('KILL', 'TYPE', 'pubsub');
    const before = wakes;
    await waitFor(
      'a wake after the connection was made again',
      async () => (await publish()) > 0 && wakes > before,
    );

    expect(wakes).toBeGreaterThan(before);
  });

  it('reaches a run at once, long before the next beat', async () => {
    const target = await LiveTarget.start(bench);
    open.push(target, await startWorker(bench));
    await bench.create('/packages', {
      name: 'Long',
      steps: [{ name: 'Wait', type: 'command', command: 'ping -n 600 127.0.0.1' }],
    });
    const deployment = await bench.deploy(['LIVE'], { package: 'Long', parameters: {} });
    const run = await bench.runIn('running', deployment);
    await aBeatFrom(run.workerId ?? '');
    const askedAt = performance.now();

    await cancel(run.id);
    const finished = await bench.runIn('finished', deployment);

    expect(finished.outcome).toBe('cancelled');
    expect(performance.now() - askedAt).toBeLessThan(WELL_BEFORE_THE_NEXT_BEAT_MS);
  });

  async function aBeatFrom(workerId: string): Promise<void> {
    const lastBeat = async () => {
      const { body } = await bench.api.request('GET', '/api/v1/workers');
      return body.items.find((worker: { id: string }) => worker.id === workerId)?.lastBeatAt;
    };
    const before = await lastBeat();
    await waitFor('the next beat', async () => (await lastBeat()) !== before);
  }

  it('loses nothing but time when Redis is away: the next beat tells it', async () => {
    await using alone = await DispatchBench.start({ redisUrl: 'redis://127.0.0.1:1' });
    const worker = await alone.worker();
    const run = await alone.runIn('queued', await alone.deploy());
    await worker.send(run, [connecting()]);

    const answer = await alone.api.request('POST', `/api/v1/runs/${run.id}/cancel`);

    expect(answer.status).toBe(202);
    expect((await worker.beat([run])).instructions).toEqual([
      { do: 'cancel', targetRunId: run.id, epoch: 1 },
    ]);
  });
});
