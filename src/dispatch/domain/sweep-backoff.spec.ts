import { describe, expect, it } from '@jest/globals';
import { nextSweepAt } from './sweep-backoff.js';

const NOW = new Date('2026-11-24T10:00:00.000Z');

describe('an asset that stays away', () => {
  it.each([
    [1, '2026-11-24T10:20:00.000Z'],
    [2, '2026-11-24T10:40:00.000Z'],
    [3, '2026-11-24T11:20:00.000Z'],
    [8, '2026-11-25T10:00:00.000Z'],
    [1000, '2026-11-25T10:00:00.000Z'],
  ])('is asked again, after attempt %d, at %s', (attempts, at) => {
    expect(nextSweepAt(attempts, NOW).toISOString()).toBe(at);
  });
});
