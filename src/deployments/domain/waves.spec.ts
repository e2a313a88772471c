import { describe, expect, it } from '@jest/globals';
import { type Wave, wavesOf } from './waves.js';

const count = (number: number): Wave => ({ count: number, soakSeconds: 0, manual: false });
const percent = (number: number): Wave => ({ percent: number, soakSeconds: 0, manual: false });

describe('wavesOf', () => {
  it.each([
    ['counts further runs', [count(1), count(2)], [0, 1, 1, 2, 2]],
    ['counts percents of all runs, rounded up', [percent(10), percent(50), percent(100)], [0, 1, 1, 2, 2]],
    ['mixes both', [count(2), percent(50), percent(100)], [0, 0, 1, 2, 2]],
    ['makes one more wave of what is left over', [count(4)], [0, 0, 0, 0, 1]],
    ['leaves a wave empty that has no runs left', [count(9), percent(100)], [0, 0, 0, 0, 0]],
    ['has one wave when none is given', [], [0, 0, 0, 0, 0]],
  ])('%s', (_title, waves, expected) => {
    expect(wavesOf(waves, 5)).toEqual(expected);
  });
});
