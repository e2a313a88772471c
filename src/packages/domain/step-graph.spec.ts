import { loops, unreachableSteps, type GraphStep } from './step-graph.js';

const step = (
  name: string,
  onSuccess: GraphStep['onSuccess'] = 'next',
  onFailure: GraphStep['onFailure'] = 'stop-failure',
) => ({
  name,
  enabled: true,
  onSuccess,
  onFailure,
});
const to = (name: string) => ({ step: name });

describe('unreachableSteps', () => {
  it('follows both jumps', () => {
    const steps = [step('a', to('c'), to('d')), step('b'), step('c', 'stop-success'), step('d')];

    expect(unreachableSteps(steps)).toEqual([1]);
  });

  it('leaves out disabled steps and begins at the first enabled one', () => {
    expect(
      unreachableSteps([{ ...step('a'), enabled: false }, step('b'), { ...step('c'), enabled: false }]),
    ).toEqual([]);
  });

  it('does not follow jumps to unknown steps', () => {
    expect(unreachableSteps([step('a', to('nowhere')), step('b')])).toEqual([1]);
  });
});

describe('loops', () => {
  it('finds none in a straight line', () => {
    expect(loops([step('a'), step('b')])).toEqual([]);
  });

  it('finds a step that leads to itself over a disabled one', () => {
    const steps = [{ ...step('a'), enabled: false }, step('b', to('A'))];

    expect(loops(steps)).toEqual([{ steps: [1], escapes: true }]);
  });

  it('tells a group that nothing leaves from one with a way out', () => {
    const closed = [step('a', 'next', 'next'), step('b', to('a'), to('a'))];
    const open = [step('a'), step('b', to('a'), 'stop-success')];

    expect(loops(closed)).toEqual([{ steps: [0, 1], escapes: false }]);
    expect(loops(open)).toEqual([{ steps: [0, 1], escapes: true }]);
  });

  it('finds two loops one after the other', () => {
    const steps = [step('a', 'next', to('a')), step('b', 'stop-success', to('b'))];

    expect(loops(steps)).toEqual([
      { steps: [0], escapes: true },
      { steps: [1], escapes: true },
    ]);
  });

  it('leaves out loops that nothing leads to', () => {
    expect(loops([step('a', 'stop-success'), step('b', to('b'), to('b'))])).toEqual([]);
  });
});
