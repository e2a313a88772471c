import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connecting, DispatchBench, finished, type TestWorker } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

const MEAN = '<img src=x onerror="alert(1)">&\'';

describeWithRedis('the report of a deployment', () => {
  let bench: DispatchBench;
  let worker: TestWorker;
  let id: string;

  beforeAll(async () => {
    bench = await DispatchBench.start({ assets: 3 });
    worker = await bench.worker();
    await bench.create('/packages', {
      name: 'Plain',
      steps: [{ name: MEAN, type: 'command', command: 'echo 1' }],
    });
    const order = { package: 'Plain', parameters: {}, ticket: { system: MEAN, id: 'CHG1' } };
    id = await bench.deploy(bench.assets, order);
    await worker.send(await bench.runIn('queued', id, 'PC-1'), [connecting(), finished(2, 'succeeded')]);
    for (const name of ['PC-2', 'PC-3']) {
      const [detail, failureReason] = [MEAN, 'connection-refused'] as const;
      const run = await bench.runIn('queued', id, name);
      await worker.send(run, [
        connecting(),
        {
          source: 'worker',
          event: {
            seq: 2,
            at: '2026-11-24T12:00:00.000Z',
            type: 'run.finished',
            outcome: 'unreachable',
            failureReason,
            failureDetail: detail,
          },
        },
      ]);
    }
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const get = (path: string) => bench.api.request('GET', `/api/v1${path}`);

  it('is one page that runs and loads nothing', async () => {
    const { status, headers, text } = await get(`/deployments/${id}/report`);

    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*sandbox$/);
    expect(headers.get('content-disposition')).toBe(`inline; filename="deployment-${id}.html"`);
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/<(script|img|link|iframe)|<[^>]*\s(src|href)=|url\(/i);
  });

  it('escapes what comes from outside', async () => {
    const { text } = await get(`/deployments/${id}/report`);

    expect(text).not.toContain('<img');
    expect(text.split('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;').length).toBeGreaterThan(3);
  });

  it('tells what failed, why, what to check, and where', async () => {
    const { text } = await get(`/deployments/${id}/report`);

    expect(text).toContain('<td>2</td><td class="bad">unreachable</td>');
    expect(text).toContain('PC-2, PC-3');
    expect(text.indexOf('<td>PC-3</td>')).toBeLessThan(text.indexOf('<td>PC-1</td>'));
  });

  it('has its failures as data, each group with the request that runs it again', async () => {
    const { body } = await get(`/deployments/${id}/failures`);
    const [group] = body.groups;

    const again = await bench.api.request(group.rerun.method, group.rerun.path, { body: group.rerun.body });

    expect(body.count).toBe(2);
    expect(group).toMatchObject({
      outcome: 'unreachable',
      failureReason: 'connection-refused',
      count: 2,
      assets: ['PC-2', 'PC-3'],
    });
    expect([again.status, again.body.counts.total]).toEqual([202, 2]);
  });

  it('reruns nothing for a reason that no run failed for', async () => {
    const body = { failureReasons: ['step-failed'] };

    const answer = await bench.api.request('POST', `/api/v1/deployments/${id}/rerun`, { body });

    expect([answer.status, answer.body.code]).toEqual([409, 'nothing-to-rerun']);
  });

  it('is found by the ticket, as are deployments and the log', async () => {
    const other = await bench.deploy(['PC-1'], { package: 'Plain', parameters: {} });
    await bench.api.request('POST', `/api/v1/deployments/${other}/cancel`);

    const log = await get('/log?ticketId=CHG1');
    const csv = await bench.api.request('GET', '/api/v1/log?ticketId=CHG1&limit=2', {
      headers: { accept: 'text/csv' },
    });
    const none = await get('/log?ticketId=CHG2');
    const bySystem = await get(`/deployments?ticketId=CHG1&ticketSystem=${encodeURIComponent(MEAN)}`);
    const byOther = await get('/deployments?ticketId=CHG1&ticketSystem=jira');

    expect(log.body.items).toHaveLength(3);
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(3);
    expect(csv.headers.get('link')).toContain('ticketId=CHG1');
    expect([none.body.items, byOther.body.items]).toEqual([[], []]);
    expect(bySystem.body.items.length).toBeGreaterThan(0);
  });

  it('has a log that is narrowed by time', async () => {
    const before = await get('/log?until=2020-01-01T00:00:00Z');
    const since = await get('/log?from=2020-01-01T00:00:00%2B01:00&ticketId=CHG1');

    expect([before.body.items.length, since.body.items.length]).toEqual([0, 3]);
  });
});
