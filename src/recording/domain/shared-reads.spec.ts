import { describe, expect, it } from '@jest/globals';
import { SharedReads } from './shared-reads.js';

describe('shared reads', () => {
  it('read once for all who ask the same at the same time', async () => {
    const reads = new SharedReads<number>();
    let count = 0;
    const read = async () => ++count;

    const answers = await Promise.all([reads.read('a', read), reads.read('a', read), reads.read('b', read)]);

    expect(answers).toEqual([1, 1, 2]);
  });

  it('read anew for who asks after the read has begun', async () => {
    const reads = new SharedReads<string>();
    let finishFirst: (answer: string) => void = () => {};
    let hasBegun: () => void = () => {};
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    const first = reads.read('a', () => {
      hasBegun();
      return new Promise((resolve) => (finishFirst = resolve));
    });
    await begun;

    const second = await reads.read('a', async () => 'newer');
    finishFirst('older');

    expect([await first, second]).toEqual(['older', 'newer']);
  });

  it('tell a failure to all who shared the read, and to nobody after them', async () => {
    const reads = new SharedReads<string>();
    const fail = () => Promise.reject(new Error('database is locked'));

    const together = await Promise.allSettled([reads.read('a', fail), reads.read('a', fail)]);

    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await reads.read('a', async () => 'well again')).toBe('well again');
  });
});
