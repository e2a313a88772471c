import { joinTruths } from './evaluate-condition.js';
import type { PlanRule } from './plan-condition.js';

describe('joinTruths', () => {
  const truths = [true, false, null];

  it.each<[string, PlanRule, boolean | null]>([
    ['one criterion', 0, true],
    ['all, one not met', { all: [0, 1, 2] }, false],
    ['all, one that cannot be told', { all: [0, 2] }, null],
    ['all met', { all: [0, 0] }, true],
    ['any, one met', { any: [1, 2, 0] }, true],
    ['any, one that cannot be told', { any: [1, 2] }, null],
    ['any, none met', { any: [1, 1] }, false],
    ['not', { not: 1 }, true],
    ['not of what cannot be told', { not: 2 }, null],
    ['groups in groups', { any: [{ all: [0, { not: 1 }] }, 1] }, true],
    ['a criterion that was not evaluated', 7, null],
  ])('joins %s', (_what, rule, expected) => {
    expect(joinTruths(rule, truths)).toBe(expected);
  });
});
