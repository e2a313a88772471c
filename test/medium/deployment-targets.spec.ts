import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connecting, DispatchBench, finished } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

describeWithRedis('the targets of a deployment', () => {
  let bench: DispatchBench;

  beforeAll(async () => {
    bench = await DispatchBench.start({ assets: 3 });
    const asset = (name: string, fields: object) => bench.create('/assets', { name, ...fields });
    await asset('SRV-1', { tags: ['server'] });
    await asset('SRV-2', { tags: ['server'] });
    await asset('SRV-OLD', { tags: ['server'], state: 'retired' });
    await bench.create('/groups', { name: 'Servers', kind: 'dynamic', filter: { tags: 'server' } });
    await bench.create('/groups', { name: 'By hand', kind: 'static', members: ['PC-2', 'SRV-1', 'SRV-OLD'] });
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const preview = (targets: object) =>
    bench.api.request('POST', '/api/v1/deployments?dryRun=true', {
      body: { package: 'Hello', parameters: { TOKEN: 'x' }, targets },
    });
  const namesOf = async (targets: object) =>
    (await preview(targets)).body.targets.map((target: { name: string }) => target.name);

  it('add up names, groups and a filter, each asset once, without retired ones', async () => {
    const targets = { assets: ['PC-3'], groups: ['servers', 'By hand'], filter: { name: { like: 'PC-*' } } };

    expect((await namesOf(targets)).toSorted()).toEqual(['PC-1', 'PC-2', 'PC-3', 'SRV-1', 'SRV-2']);
  });

  it('leave out what is excluded in any of the three ways', async () => {
    const exclude = { assets: ['PC-1'], groups: ['By hand'], filter: { name: 'SRV-2' } };

    expect(await namesOf({ filter: { state: 'active' }, exclude })).toEqual(['PC-3']);
  });

  it('are told apart by the last outcome', async () => {
    const worker = await bench.worker();
    const id = await bench.deploy(['PC-1', 'PC-2']);
    for (const [asset, outcome] of [
      ['PC-1', 'failed'],
      ['PC-2', 'succeeded'],
    ] as const) {
      await worker.send(await bench.runIn('queued', id, asset), [connecting(), finished(2, outcome)]);
    }

    expect(await namesOf({ filter: { lastOutcome: 'failed' } })).toEqual(['PC-1']);
    expect(await namesOf({ filter: { name: { like: 'PC-*' }, lastOutcome: { exists: false } } })).toEqual([
      'PC-3',
    ]);
  });

  it.each<[string, object, readonly string[]]>([
    ['nothing at all', {}, ['/targets missing-field']],
    [
      'a group that holds nothing',
      { groups: ['By hand'], exclude: { groups: ['By hand'] } },
      ['/targets missing-field'],
    ],
    [
      'groups and fields that do not exist',
      { groups: ['Servers', 'nobody'], filter: { x: 1 }, exclude: { groups: ['no one'] } },
      [
        '/targets/groups/1 not-found',
        '/targets/filter/x unknown-field',
        '/targets/exclude/groups/0 not-found',
      ],
    ],
  ])('are refused for %s', async (_, targets, faults) => {
    const answer = await preview(targets);

    expect(answer.status).toBe(422);
    expect(
      answer.body.errors.map((each: { pointer: string; code: string }) => `${each.pointer} ${each.code}`),
    ).toEqual(faults);
  });
});
