import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DispatchBench } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

describeWithRedis('/admin/queues', () => {
  let bench: DispatchBench;
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    bench = await DispatchBench.start();
    await bench.worker();
    for (const role of ['viewer', 'operator']) {
      const answer = await bench.api.request('POST', '/api/v1/keys', {
        body: { name: role, owner: 'x', role },
      });
      keys[role] = answer.body.key;
    }
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const get = (path = '', key: string | null = keys['operator'] ?? null, headers = {}) =>
    bench.api.request('GET', `/admin/queues${path}`, { key, headers });

  it.each(['', '/', '/api/queues', '/static/js/none.js'])(
    'stays shut at %p to those who are nobody',
    async (path) => {
      expect((await get(path, null)).status).toBe(401);
    },
  );

  it('stays shut to viewers, with a problem that says what is needed', async () => {
    const answer = await get('', keys['viewer'] ?? null);

    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'role-too-low' });
  });

  it('opens to operators, by key and by session', async () => {
    const session = await bench.api.request('POST', '/api/v1/session', {
      key: null,
      body: { key: keys['operator'] },
    });
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';

    const answers = [await get(), await get('', null, { cookie })];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.text).toContain('<base href="/admin/queues');
  });

  it('serves its own files, under a policy that lets them find each other', async () => {
    const page = await get();
    const script = /src="(static\/js\/main[^"]+)"/.exec(page.text)?.[1] ?? '';

    const answer = await get(`/${script}`);

    expect(answer.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("base-uri 'self'");
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('x-powered-by')).toBeNull();
  });

  it('leaves the policy of every other path as strict as it is', async () => {
    for (const path of ['/docs', '/admin/queuesX', '/health/live']) {
      const { headers } = await bench.api.request('GET', path);

      expect(headers.get('content-security-policy')).toContain("base-uri 'none'");
    }
  });

  it('shows the jobs, without their data and without Redis', async () => {
    const run = await bench.runIn('queued', await bench.deploy());

    const { body, text } = await get('/api/queues?activeQueue=winch-runs&status=latest');

    expect(body.queues[0]).toMatchObject({ name: 'winch-runs', readOnlyMode: true });
    expect(text).toContain(`${run.id}-1`);
    expect(body.queues[0].jobs[0].data).toEqual({ sealed: '[sealed]' });
    expect(body.stats ?? {}).toEqual({});
  });

  it.each([
    ['PUT', '/api/queues/winch-runs/pause'],
    ['PUT', '/api/queues/winch-runs/empty'],
    ['PUT', '/api/queues/winch-runs/clean/waiting'],
    ['PUT', '/api/queues/winch-runs/obliterate'],
    ['POST', '/api/queues/winch-runs/add'],
    ['PUT', '/api/queues/winch-runs/retry/failed'],
    ['DELETE', '/api/queues/winch-runs/1'],
    ['PATCH', '/api/queues/winch-runs/1/update-data'],
  ])('takes no %s %s, not even from an administrator', async (method, path) => {
    const answer = await bench.api.request(method, `/admin/queues${path}`, { body: {} });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  it('changes nothing by reading whatever can be read', async () => {
    const run = await bench.run(await bench.deploy());
    const before = await get('/api/queues?activeQueue=winch-runs');

    for (const path of ['/pause', '/empty', '/clean/waiting', '/obliterate', `/${run.id}-1/retry`])
      await get(`/api/queues/winch-runs${path}`);

    expect((await get('/api/queues?activeQueue=winch-runs')).body.queues[0].counts).toEqual(
      before.body.queues[0].counts,
    );
  });
});
