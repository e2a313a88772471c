import { describe, expect, it } from '@jest/globals';
import type { Attempt } from './delivery.js';
import { retryAfterMs, settleAttempt } from './settle-attempt.js';

const now = new Date('2026-11-24T12:00:00.000Z');
const failed: Attempt = { status: 503, error: null, answer: 'busy', retryAfterMs: null };

/** How long the next attempt is waited for, in seconds. */
function waitAfter(attempts: number, fields: Partial<Attempt> = {}, random = 0): number | null {
  const delivery = { attempts: attempts - 1, queuedAt: now.toISOString() };
  const { nextAttemptAt } = settleAttempt(delivery, { ...failed, ...fields }, { now, random });
  return nextAttemptAt === null ? null : (Date.parse(nextAttemptAt) - now.getTime()) / 1_000;
}

describe('settleAttempt', () => {
  it('takes any 2xx for delivered', () => {
    const progress = settleAttempt(
      { attempts: 2, queuedAt: now.toISOString() },
      { status: 204, error: null, answer: '', retryAfterMs: null },
      { now, random: 0 },
    );

    expect(progress).toEqual({
      state: 'delivered',
      attempts: 3,
      nextAttemptAt: null,
      lastAttemptAt: now.toISOString(),
      lastStatus: 204,
      lastError: null,
      lastAnswer: '',
      finishedAt: now.toISOString(),
    });
  });

  it('waits twice as long each time, an hour at the most', () => {
    expect([1, 2, 3, 10, 11, 60].map((attempts) => waitAfter(attempts))).toEqual([
      5, 10, 20, 2560, 3600, 3600,
    ]);
  });

  it('shortens the wait by chance, down to a half', () => {
    expect([waitAfter(3, {}, 0.5), waitAfter(3, {}, 1)]).toEqual([15, 10]);
  });

  it('waits as long as the receiver asks for, an hour at the most, and never shorter than by itself', () => {
    const waits = [1_000, 120_000, 86_400_000].map((ms) => waitAfter(1, { retryAfterMs: ms }));

    expect(waits).toEqual([5, 120, 3600]);
  });

  it('tries a redirect, an error of the receiver and a broken connection again', () => {
    expect([302, 404, 500].map((status) => waitAfter(1, { status }))).toEqual([5, 5, 5]);
    expect(waitAfter(1, { status: null, error: 'connect ECONNREFUSED' })).toBe(5);
  });

  it('gives up after a day, and at once what is gone', () => {
    const old = { attempts: 30, queuedAt: '2026-11-23T12:30:00.000Z' };

    expect(settleAttempt(old, failed, { now, random: 0 }).state).toBe('dead');
    expect(
      settleAttempt({ ...old, queuedAt: now.toISOString() }, { ...failed, status: 410 }, { now, random: 0 })
        .state,
    ).toBe('dead');
  });
});

describe('retryAfterMs', () => {
  it('reads seconds and dates, and nothing else', () => {
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Tue, 24 Nov 2026 12:01:00 GMT', now)).toBe(60_000);
    expect(retryAfterMs('Tue, 24 Nov 2026 11:00:00 GMT', now)).toBe(0);
    expect([retryAfterMs(undefined, now), retryAfterMs('soon', now)]).toEqual([null, null]);
  });
});
