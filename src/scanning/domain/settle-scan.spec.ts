import { describe, expect, it } from '@jest/globals';
import { awaitedRestart, beforeRestart, nextAttemptAt } from './settle-scan.js';

const NOW = new Date('2026-11-24T10:00:00.000Z');
const AWAY = { failureReason: 'connect-timed-out', failureDetail: '' } as const;
const rescan = { cause: 'rescan', epoch: 1, expiresAt: '2026-11-25T10:00:00.000Z' } as const;

describe('nextAttemptAt', () => {
  it.each([
    [1, '2026-11-24T10:00:30.000Z'],
    [2, '2026-11-24T10:01:00.000Z'],
    [4, '2026-11-24T10:04:00.000Z'],
    [40, '2026-11-24T10:15:00.000Z'],
  ])('waits ever longer for an asset that is away: attempt %i', (epoch, at) => {
    expect(nextAttemptAt({ ...rescan, epoch }, AWAY, NOW)).toBe(at);
  });

  it('leaves a refused credential alone for a quarter of an hour', () => {
    expect(nextAttemptAt(rescan, { failureReason: 'logon-held-back', failureDetail: '' }, NOW)).toBe(
      '2026-11-24T10:15:00.000Z',
    );
  });

  it.each([
    ['whoever asked wants to hear of it', { ...rescan, cause: 'request' as const }, AWAY],
    ['a timer comes round again', { ...rescan, cause: 'timer' as const }, AWAY],
    ['its time is over', { ...rescan, expiresAt: '2026-11-24T10:00:10.000Z' }, AWAY],
    ['it would only fail again', rescan, { failureReason: 'wrong-password', failureDetail: '' } as const],
  ])('does not try again when %s', (_, scan, failure) => {
    expect(nextAttemptAt(scan, failure, NOW)).toBeNull();
  });
});

describe('a restart that a run brings about', () => {
  const finishedAt = '2026-11-24T10:00:00.000Z';

  it('is waited for before the first look', () => {
    expect(awaitedRestart(finishedAt, 300)).toEqual({
      dueAt: '2026-11-24T10:05:30.000Z',
      bootAwaitedSince: finishedAt,
      bootAwaitedUntil: '2026-11-24T10:35:00.000Z',
    });
    expect(awaitedRestart(finishedAt, null)).toMatchObject({ dueAt: finishedAt, bootAwaitedSince: null });
  });

  it('makes an answer from before it worth nothing, until it seems to have been called off', () => {
    const scan = awaitedRestart(finishedAt, 300);
    const at = (time: string) => new Date(`2026-11-24T${time}:00.000Z`);

    expect(beforeRestart(scan, '2026-11-24T08:00:00.000Z', at('10:06'))).toBe('2026-11-24T10:06:30.000Z');
    expect(beforeRestart(scan, '2026-11-24T10:05:10.000Z', at('10:07'))).toBeNull();
    expect(beforeRestart(scan, '2026-11-24T08:00:00.000Z', at('10:35'))).toBeNull();
    expect(beforeRestart(awaitedRestart(finishedAt, null), '2026-11-24T08:00:00.000Z', NOW)).toBeNull();
  });
});
