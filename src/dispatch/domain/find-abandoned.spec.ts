import { describe, expect, it } from '@jest/globals';
import type { TargetRunId, WorkerId } from '../../shared/ids.js';
import { findAbandoned, type FollowableRun, type Surroundings } from './find-abandoned.js';

const WORKER = 'w1' as WorkerId;
const run = (more: Partial<FollowableRun> = {}): FollowableRun => ({
  id: 'r1' as TargetRunId,
  epoch: 1,
  state: 'running',
  queuedAt: '2026-11-24T09:00:00.000Z',
  since: '2026-11-24T09:00:00.000Z',
  workerId: WORKER,
  idleEpochs: 0,
  ...more,
});
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  now: new Date('2026-11-24T10:00:00.000Z'),
  apiUptimeMs: 3_600_000,
  livingWorkers: new Set([WORKER]),
  isFollowed: () => false,
  ...more,
});

describe('findAbandoned', () => {
  it('leaves a run alone that a living worker follows', () => {
    expect(findAbandoned([run()], around({ isFollowed: () => true }))).toEqual([]);
  });

  it('names the run of a worker that is gone, even right after the api has started', () => {
    const due = findAbandoned([run()], around({ livingWorkers: new Set(), apiUptimeMs: 0 }));

    expect(due).toEqual([{ id: 'r1', epoch: 1, workerIsGone: true }]);
  });

  it('names a queued run that no worker has taken, whose job may have been lost', () => {
    const due = findAbandoned([run({ state: 'queued', workerId: null })], around());

    expect(due).toEqual([{ id: 'r1', epoch: 1, workerIsGone: false }]);
  });

  it('gives a job time to be taken', () => {
    const justQueued = run({ state: 'queued', workerId: null, queuedAt: '2026-11-24T09:59:50.000Z' });

    expect(findAbandoned([justQueued], around())).toEqual([]);
  });

  it.each([
    [1, 12_000],
    [2, 24_000],
    [5, 192_000],
    [6, 300_000],
    [40, 300_000],
  ])('waits ever longer for a run that brought nothing %i times in a row', (idleEpochs, waitMs) => {
    const idle = run({ state: 'queued', workerId: null, idleEpochs, queuedAt: '2026-11-24T10:00:00.000Z' });
    const after = (ms: number) => ({ now: new Date(Date.parse('2026-11-24T10:00:00.000Z') + ms) });

    expect(findAbandoned([idle], around(after(waitMs)))).toEqual([]);
    expect(findAbandoned([idle], around(after(waitMs + 1)))).toHaveLength(1);
    // One that ends every worker that takes it.
    const gone = { ...idle, workerId: 'w0' as WorkerId };
    expect(findAbandoned([gone], around(after(waitMs)))).toEqual([]);
    expect(findAbandoned([gone], around(after(waitMs + 1)))).toHaveLength(1);
  });

  it('does not let a clock that was set back hold a run', () => {
    const later = run({ state: 'queued', workerId: null, queuedAt: '2026-11-24T15:00:00.000Z' });

    expect(findAbandoned([later], around())).toHaveLength(1);
  });

  it('waits for the first beats after the api has started', () => {
    expect(findAbandoned([run()], around({ apiUptimeMs: 3_000 }))).toEqual([]);
  });

  it('names a run that its living worker no longer follows', () => {
    expect(findAbandoned([run()], around())).toEqual([{ id: 'r1', epoch: 1, workerIsGone: false }]);
  });
});
