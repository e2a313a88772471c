import { aCommand, aPackage } from '../../../test/harness/builders/package.js';
import { aPlan } from '../../../test/harness/builders/walk-events.js';
import { allowanceOf, excessOf } from './allowance.js';

describe('what a run may record', () => {
  const plan = {
    ...aPlan(aPackage().withStep(aCommand('One'))),
    maxDurationSeconds: 60,
    outputLimitBytes: 1024,
  };
  const little = { stepOutputBytes: 0, journalBytes: 0, lines: 0 };

  it('is more than its runner can write', () => {
    const chunksOfOneByte = { stepOutputBytes: 1024 + 60, journalBytes: 1024 * 160, lines: 1024 + 4 };

    expect(excessOf(plan, chunksOfOneByte)).toBeNull();
  });

  it.each([
    ['output of one step', { ...little, stepOutputBytes: 1_051_649 }, 'A step wrote 1051649 bytes of output'],
    ['journal', { ...little, journalBytes: 1_079_297 }, 'The journal has 1079297 bytes'],
    ['lines', { ...little, lines: 7_733 }, 'The journal has 7733 lines'],
  ])('ends: too much %s', (_what, recorded, words) => {
    expect(excessOf(plan, recorded)).toContain(words);
  });

  it('grows with the plan, so that a long run of many steps meets no limit', () => {
    const long = { ...plan, maxDurationSeconds: 86_400, outputLimitBytes: 10 * 1024 * 1024 };

    expect(allowanceOf(long)).toEqual({
      stepOutputBytes: 32_505_856,
      journalBytes: 315_621_376,
      lines: 909_528,
    });
  });
});
