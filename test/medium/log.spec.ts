import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Dispatcher } from '../../src/dispatch/dispatcher.service.js';
import { ManualClock } from '../../src/shared/clock.js';
import { DispatchBench } from '../harness/dispatch.js';

/** An address without Redis behind it: nothing is dispatched here. */
const NO_REDIS = 'redis://127.0.0.1:1';

describe('the log as CSV', () => {
  let bench: DispatchBench;

  beforeAll(async () => {
    const clock = new ManualClock(new Date());
    bench = await DispatchBench.start({ clock, assets: 3, redisUrl: NO_REDIS });
    await bench.deploy();
    clock.advanceMs(25 * 3_600_000);
    await bench.api.running.app.get(Dispatcher).dispatch();
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const csv = (path: string) => bench.api.request('GET', path, { headers: { accept: 'text/csv' } });
  const assetsIn = (text: string) =>
    text
      .split('\r\n')
      .slice(1, -1)
      .map((row) => row.split(',')[1]);

  it('leads from page to page with Link, as a spreadsheet has no cursor', async () => {
    const first = await csv('/api/v1/log?limit=2&outcome=expired');
    const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await csv(next);

    expect(first.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(assetsIn(first.text)).toHaveLength(2);
    expect(new Set([...assetsIn(first.text), ...assetsIn(second.text)])).toEqual(
      new Set(['PC-1', 'PC-2', 'PC-3']),
    );
    expect(second.headers.get('link')).toBeNull();
  });
});
