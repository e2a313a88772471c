import { describe, expect, it } from '@jest/globals';
import { OUTCOMES } from './outcome.js';
import { callsForRescan } from './rescan.js';

describe('callsForRescan', () => {
  it('follows the table of outcomes', () => {
    const called = OUTCOMES.filter((outcome) => callsForRescan(outcome, true));

    expect(called).toEqual([
      'succeeded',
      'succeeded-reboot-required',
      'failed',
      'timed-out',
      'cancelled',
      'interrupted',
      'unknown',
    ]);
  });

  it('leaves out what was cancelled before it began', () => {
    expect(callsForRescan('cancelled', false)).toBe(false);
  });
});
