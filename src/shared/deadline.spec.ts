import { describe, expect, it } from '@jest/globals';
import { Deadline, DeadlineExceededError } from './deadline.js';

describe('Deadline', () => {
  it('aborts with a DeadlineExceededError when its time is over', async () => {
    using deadline = Deadline.in(5);

    await expect(deadline.sleep(10_000)).rejects.toBeInstanceOf(DeadlineExceededError);

    expect(deadline.remainingMs()).toBe(0);
    expect(() => deadline.throwIfOver()).toThrow('The deadline has passed');
  });

  it('ends with the reason of its parent', async () => {
    const parent = new AbortController();
    using deadline = Deadline.in(60_000, parent.signal);
    const sleeping = deadline.sleep(60_000);

    parent.abort(new Error('the caller went away'));

    await expect(sleeping).rejects.toThrow('the caller went away');
  });

  it('is over from the beginning when its parent is', () => {
    using deadline = Deadline.unlimited(AbortSignal.abort(new Error('too late')));

    expect(() => deadline.throwIfOver()).toThrow('too late');
  });

  it('never lets an inner deadline outlive the outer one', () => {
    using outer = Deadline.in(1_000);
    using longer = outer.within(60_000);
    using shorter = outer.within(10);

    expect(longer.remainingMs()).toBeLessThanOrEqual(1_000);
    expect(shorter.remainingMs()).toBeLessThanOrEqual(10);
  });

  it('has no limit of its own when it is unlimited', () => {
    using deadline = Deadline.unlimited();

    expect(deadline.remainingMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('ends the wait for work that cannot be broken off', async () => {
    using deadline = Deadline.in(5);

    await expect(deadline.bound(new Promise(() => {}))).rejects.toThrow(DeadlineExceededError);
    await expect(deadline.bound(Promise.resolve('late'))).rejects.toThrow(DeadlineExceededError);
  });

  it('passes on what bounded work comes to', async () => {
    using deadline = Deadline.in(1_000);

    await expect(deadline.bound(Promise.resolve('done'))).resolves.toBe('done');
    await expect(deadline.bound(Promise.reject(new Error('no such name')))).rejects.toThrow('no such name');
  });

  it('takes more milliseconds than a timer can count', async () => {
    using deadline = Deadline.in(3_000_000_000);

    await deadline.sleep(5);

    expect(deadline.signal.aborted).toBe(false);
  });
});
