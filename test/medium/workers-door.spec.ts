import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DispatchBench } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

describeWithRedis('/internal/v1', () => {
  let bench: DispatchBench;
  let token: string;

  beforeAll(async () => {
    bench = await DispatchBench.start();
    token = bench.api.config.worker.apiToken;
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const post = (path: string, body: object, key: string | null = token) =>
    bench.api.request('POST', `/internal/v1${path}`, { body, key });
  const registration = () => ({ instanceId: randomUUID(), host: 'box', version: '1.0', concurrency: 50 });
  const listed = async (id: string) =>
    (await bench.api.request('GET', '/api/v1/workers')).body.items.find(
      (worker: { id: string }) => worker.id === id,
    );

  it.each([
    ['no token', null],
    ["an administrator's API key", undefined],
    ['another token', 'x'.repeat(43)],
  ])('stays shut to %s', async (_, key) => {
    const answer = await post('/workers', registration(), key === undefined ? bench.api.key : key);

    expect(answer.status).toBe(401);
  });

  it('opens to the token of the worker key only here: it is no API key', async () => {
    expect((await bench.api.request('GET', '/api/v1/assets', { key: token })).status).toBe(401);
  });

  it('registers a worker, hears its beats and lets it go', async () => {
    const worker = registration();
    const registered = await post('/workers', worker);
    const afterRegistering = await listed(worker.instanceId);

    const run = { targetRunId: randomUUID(), epoch: 3 };
    const beat = await post(`/workers/${worker.instanceId}/beat`, { runs: [run], draining: true });
    const afterBeat = await listed(worker.instanceId);
    const detached = await post(`/workers/${worker.instanceId}/detach`, {});
    const afterDetaching = await listed(worker.instanceId);

    expect([registered.status, beat.status, detached.status]).toEqual([204, 200, 204]);
    expect(afterRegistering).toMatchObject({ host: 'box', concurrency: 50, runsFollowed: 0, endedAt: null });
    expect(afterBeat).toMatchObject({ runsFollowed: 1, draining: true });
    expect(afterDetaching.endedAt).toEqual(expect.any(String));
  });

  it('takes a registration twice', async () => {
    const worker = registration();

    const statuses = [(await post('/workers', worker)).status, (await post('/workers', worker)).status];

    expect(statuses).toEqual([204, 204]);
  });

  it('answers 404 to a beat of a worker that never registered here', async () => {
    const answer = await post(`/workers/${randomUUID()}/beat`, { runs: [], draining: false });

    expect(answer.status).toBe(404);
  });

  it.each([
    ['/workers', { instanceId: 'no uuid', host: 'x', version: '1', concurrency: 1 }],
    ['/workers', { ...registration(), extra: true }],
    ['/events', { instanceId: randomUUID(), runs: [] }],
    ['/events', { instanceId: randomUUID(), runs: [{ targetRunId: randomUUID(), epoch: 1, events: [{}] }] }],
  ])('refuses at %s what is not as agreed', async (path, body) => {
    const answer = await post(path, body);

    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('malformed-request');
  });

  it('is not in the public description of the API', async () => {
    expect((await bench.api.request('GET', '/api/v1/openapi.json')).text).not.toContain('/internal/');
  });
});
