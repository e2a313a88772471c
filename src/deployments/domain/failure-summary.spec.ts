import { describe, expect, it } from '@jest/globals';
import { summariseFailures } from './failure-summary.js';

const run = (
  assetName: string,
  outcome: 'succeeded' | 'failed' | 'unreachable' | null,
  reason: 'step-failed' | 'connection-refused' | null,
) => ({
  assetName,
  outcome,
  failureReason: reason,
});

describe('summariseFailures', () => {
  it('groups what was no success by its reason, the largest group first', () => {
    const groups = summariseFailures([
      run('PC-1', 'succeeded', null),
      run('PC-2', 'failed', 'step-failed'),
      run('PC-4', 'unreachable', 'connection-refused'),
      run('PC-3', 'unreachable', 'connection-refused'),
      run('PC-5', null, null),
    ]);

    expect(
      groups.map(({ count, outcome, failureReason, assets }) => [count, outcome, failureReason, assets]),
    ).toEqual([
      [2, 'unreachable', 'connection-refused', ['PC-3', 'PC-4']],
      [1, 'failed', 'step-failed', ['PC-2']],
    ]);
    expect(groups[1]?.hint).toContain('output');
  });

  it('names ten assets of a group at the most, and counts all', () => {
    const runs = Array.from({ length: 37 }, (_, index) => run(`PC-${index}`, 'failed', 'step-failed'));

    const [group] = summariseFailures(runs);

    expect([group?.count, group?.assets.length]).toEqual([37, 10]);
  });
});
