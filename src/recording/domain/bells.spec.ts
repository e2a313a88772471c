import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Bells, type Rung } from './bells.js';

const RUN: Rung = { id: 'run-1', deploymentId: 'deployment-1', state: 'running' };

describe('Bells', () => {
  let bells: Bells;

  beforeEach(() => {
    jest.useFakeTimers();
    bells = new Bells();
  });

  afterEach(() => {
    bells.close();
    jest.useRealTimers();
  });

  function heard(id: string): string[] {
    const states: string[] = [];
    bells.listen(id, ({ state }) => states.push(state));
    return states;
  }

  it('ring for the run, its deployment and those who listen to all', () => {
    const all = [heard('run-1'), heard('deployment-1'), heard('*'), heard('run-2')];

    bells.ring(RUN);

    expect(all).toEqual([['running'], ['running'], ['running'], []]);
  });

  it('ring at most every 200 ms per run, and once more for what came meanwhile', () => {
    const states = heard('run-1');

    for (const state of ['running', 'running', 'completing', 'finished']) bells.ring({ ...RUN, state });
    const atOnce = [...states];
    jest.advanceTimersByTime(200);
    const later = [...states];
    jest.advanceTimersByTime(10_000);

    expect([atOnce, later, states]).toEqual([['running'], ['running', 'finished'], ['running', 'finished']]);
  });

  it('do not let one run silence another', () => {
    const states = heard('*');

    bells.ring(RUN);
    bells.ring({ ...RUN, id: 'run-2', state: 'queued' });

    expect(states).toEqual(['running', 'queued']);
  });

  it('are not heard any more by one who has stopped listening', () => {
    const states: string[] = [];
    const stop = bells.listen('run-1', ({ state }) => states.push(state));

    stop();
    stop();
    bells.ring(RUN);

    expect(states).toEqual([]);
  });

  it('leave no timer behind when they are closed', () => {
    bells.ring(RUN);
    bells.ring(RUN);

    bells.close();

    expect(jest.getTimerCount()).toBe(0);
  });
});
