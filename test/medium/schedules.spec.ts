import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ScheduleRunner } from '../../src/schedules/schedule-runner.service.js';
import { connecting, DispatchBench, finished } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';
import { ManualClock } from '../../src/shared/clock.js';
import { waitFor } from '../harness/wait-for.js';

const HOUR_MS = 3_600_000;

const TWO_PACKAGES = [{ package: 'Hello', parameters: { TOKEN: 'pl4nted-Secret' } }, { package: 'Second' }];

describeWithRedis('/schedules', () => {
  const clock = new ManualClock(new Date('2026-11-24T12:00:00.000Z'));
  let bench: DispatchBench;
  let count = 0;

  beforeAll(async () => {
    bench = await DispatchBench.start({ assets: 3, clock });
    await bench.create('/packages', {
      name: 'Second',
      steps: [{ name: 'One', type: 'command', command: 'echo 2' }],
    });
    await bench.create('/groups', { name: 'Fleet', kind: 'dynamic', filter: { name: { like: 'PC-*' } } });
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  /** Nothing of an earlier test may be due or under way. */
  beforeEach(async () => {
    const { body } = await bench.api.request('GET', '/api/v1/schedules?limit=500');
    for (const { id } of body.items) {
      const schedule = await bench.api.request('GET', `/api/v1/schedules/${id}`);
      const headers = { 'If-Match': schedule.headers.get('etag') ?? '' };
      await bench.api.request('DELETE', `/api/v1/schedules/${id}`, { headers });
    }
    await bench.api.request('POST', '/api/v1/queue/cancel', { body: { reason: 'next test' } });
  });

  const schedule = (fields: object = {}) =>
    bench.api.request('POST', '/api/v1/schedules', {
      body: {
        name: `Schedule ${++count}`,
        trigger: { every: { hours: 1 } },
        packages: [{ package: 'Second' }],
        targets: { groups: ['Fleet'] },
        ...fields,
      },
    });
  const runDue = () => bench.api.running.app.get(ScheduleRunner).runDue();
  const firingsOf = async (id: string) =>
    (await bench.api.request('GET', `/api/v1/schedules/${id}/firings`)).body.items;
  /** Moves the clock and waits until the occurrence is decided, by our turn or by the loop's own. */
  const due = async (id: string, milliseconds = HOUR_MS, atLeast = 1) => {
    clock.advanceMs(milliseconds);
    await runDue();
    return waitFor('the occurrence is decided', async () => {
      const items = await firingsOf(id);
      return items.length >= atLeast && items;
    });
  };

  it('shows when it is due, and keeps secret parameters to itself', async () => {
    const answer = await schedule({
      trigger: { weekly: ['saturday'], at: '22:00', timeZone: 'Europe/Berlin' },
      packages: TWO_PACKAGES,
    });

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      enabled: true,
      missed: 'run-once',
      overlap: 'skip',
      nextRunAt: '2026-11-28T21:00:00.000Z',
      packages: [
        { parameters: {}, secretNames: ['TOKEN'] },
        { parameters: {}, secretNames: [] },
      ],
    });
    expect(answer.body.nextRuns).toHaveLength(10);
    expect(answer.body.nextRuns[1]).toBe('2026-12-05T21:00:00.000Z');
    expect(answer.text).not.toContain('pl4nted');
  });

  it('orders its packages one after the other when it is due, once', async () => {
    const { body } = await schedule({ packages: TWO_PACKAGES });

    const firings = await due(body.id, HOUR_MS, 2);
    await Promise.all([runDue(), runDue()]);

    const again = await firingsOf(body.id);
    const ids = firings.toReversed().map((firing: { deploymentId: string }) => firing.deploymentId);
    const orders = await Promise.all(
      ids.map(async (id: string) => (await bench.api.request('GET', `/api/v1/deployments/${id}`)).body),
    );
    expect(again).toHaveLength(2);
    expect(orders.map(({ package: name, executor, counts }) => [name, executor, counts.total])).toEqual(
      expect.arrayContaining([
        ['Hello', `schedule ${body.name}`, 3],
        ['Second', `schedule ${body.name}`, 3],
      ]),
    );
    const next = (await bench.api.request('GET', `/api/v1/schedules/${body.id}`)).body.nextRunAt;
    expect(Date.parse(next)).toBe(clock.now().getTime() + HOUR_MS);
  });

  it('leaves an occurrence out while its last deployment is under way, if it says so', async () => {
    const skipping = await schedule();
    const running = await schedule({ overlap: 'run' });
    await due(skipping.body.id);

    const second = await due(skipping.body.id, HOUR_MS, 2);
    const both = await due(running.body.id, 0, 2);

    expect(second[0]).toMatchObject({ result: 'overlap', deploymentId: null });
    expect(second[0].detail).toContain(second[1].deploymentId);
    expect(both.map((firing: { result: string }) => firing.result)).toEqual(['ordered', 'ordered']);
  });

  it('orders a missed occurrence once, or not at all, as it says', async () => {
    const once = await schedule();
    const never = await schedule({ missed: 'skip' });

    const made = await due(once.body.id, 5.5 * HOUR_MS);
    const left = await due(never.body.id, 0);

    expect(made.map((firing: { result: string }) => firing.result)).toEqual(['ordered']);
    expect(left.map((firing: { result: string }) => firing.result)).toEqual(['missed']);
    const { nextRunAt } = (await bench.api.request('GET', `/api/v1/schedules/${never.body.id}`)).body;
    expect(Date.parse(nextRunAt)).toBe(clock.now().getTime() + HOUR_MS / 2);
  });

  it('skips assets where the same revision succeeded the last time', async () => {
    const { body } = await schedule({ skipSucceeded: true });
    const [first] = await due(body.id);
    // The one before has been silent for an hour.
    const worker = await bench.worker();
    const one = await bench.runIn('queued', first.deploymentId, 'PC-1');
    const two = await bench.runIn('queued', first.deploymentId, 'PC-2');
    const three = await bench.runIn('queued', first.deploymentId, 'PC-3');
    await worker.send(one, [connecting(), finished(2, 'succeeded')]);
    await worker.send(two, [connecting(), finished(2, 'failed')]);
    await worker.send(three, [connecting(), finished(2, 'succeeded')]);

    const [second] = await due(body.id, HOUR_MS, 2);

    const { items } = (await bench.api.request('GET', `/api/v1/deployments/${second.deploymentId}/runs`))
      .body;
    expect(items.map((run: { asset: { name: string } }) => run.asset.name)).toEqual(['PC-2']);
  });

  it('says why nothing was ordered, and goes on to the next occurrence', async () => {
    const empty = await schedule({ targets: { filter: { tags: 'nobody' } } });
    const doomed = await bench.create('/packages', {
      name: 'Doomed',
      steps: [{ name: 'One', type: 'command', command: 'echo 1' }],
    });
    const archived = await schedule({ packages: [{ package: 'Doomed' }] });
    await bench.api.request('DELETE', `/api/v1/packages/${doomed.id}`, { headers: { 'If-Match': '"1"' } });

    const none = await due(empty.body.id);
    const refused = await due(archived.body.id, 0);

    expect(none[0]).toMatchObject({ result: 'no-targets', deploymentId: null });
    expect(refused[0]).toMatchObject({ result: 'refused', deploymentId: null });
    expect(refused[0].detail).toContain('archived');
  });

  it('runs on demand, also when it is disabled, and answers a repetition with the same', async () => {
    const { body } = await schedule({ enabled: false });
    const run = () =>
      bench.api.request('POST', `/api/v1/schedules/${body.id}/run`, {
        headers: { 'Idempotency-Key': `run-${body.id}` },
      });

    const first = await run();
    const second = await run();

    expect(body).toMatchObject({ nextRunAt: null, nextRuns: [] });
    expect(first.status).toBe(202);
    expect(first.body.firings).toMatchObject([{ position: 0, result: 'ordered' }]);
    expect(second.body).toEqual(first.body);
    expect(await firingsOf(body.id)).toHaveLength(1);
  });

  it('is replaced only by those who saw its last state', async () => {
    const made = await schedule();
    const path = `/api/v1/schedules/${made.body.id}`;
    const body = {
      name: made.body.name,
      trigger: { once: '2026-12-24T18:00:00Z' },
      packages: [{ package: 'Second', revision: 1 }],
      targets: { assets: ['PC-1'] },
    };

    const blind = await bench.api.request('PUT', path, { body });
    const stale = await bench.api.request('PUT', path, { body, headers: { 'If-Match': '"old"' } });
    const seen = await bench.api.request('PUT', path, {
      body,
      headers: { 'If-Match': made.headers.get('etag') ?? '' },
    });

    expect([blind.status, stale.status, seen.status]).toEqual([428, 412, 200]);
    expect(seen.body).toMatchObject({ nextRuns: ['2026-12-24T18:00:00.000Z'], packages: [{ revision: 1 }] });
  });

  it.each<[string, object, readonly string[]]>([
    ['no packages', { packages: [] }, ['/packages empty-list']],
    ['a trigger of two kinds', { trigger: { daily: true, cron: '* * * * *' } }, ['/trigger not-allowed']],
    [
      'an instant that has passed',
      { trigger: { once: '2026-11-24T11:59:59Z' } },
      ['/trigger/once out-of-range'],
    ],
    ['a pattern that is never due', { trigger: { cron: '0 0 30 2 *' } }, ['/trigger/cron wrong-format']],
    [
      'packages, parameters and targets that do not exist',
      {
        packages: [
          { package: 'Hello' },
          { package: 'Nothing' },
          { package: 'Second', parameters: { X: '1' } },
        ],
        targets: { groups: ['Nobody'] },
      },
      [
        '/targets/groups/0 not-found',
        '/packages/0/parameters/TOKEN parameter-missing',
        '/packages/1/package not-found',
        '/packages/2/parameters/X unknown-parameter',
      ],
    ],
  ])('refuses %s', async (_, fields, faults) => {
    const answer = await schedule(fields);

    expect(answer.status).toBe(422);
    const found = answer.body.errors.map(
      (each: { pointer: string; code: string }) => `${each.pointer} ${each.code}`,
    );
    expect(found.toSorted()).toEqual([...faults].toSorted());
  });
});
