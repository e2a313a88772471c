import { describe, expect, it } from '@jest/globals';
import type { AssetId, TargetRunId } from '../../shared/ids.js';
import { decideReleases, type DispatchState, type WaitingRun } from './decide-releases.js';

const now = new Date('2026-11-24T10:00:00.000Z');
const waiting = (id: string, assetId: string, more: Partial<WaitingRun> = {}): WaitingRun => ({
  id: id as TargetRunId,
  assetId: assetId as AssetId,
  priority: 0,
  expiresAt: '2026-11-25T10:00:00.000Z',
  waitingFor: null,
  ...more,
});
const state = (more: Partial<DispatchState>): DispatchState => ({
  waiting: [],
  busyAssets: new Set(),
  activeCount: 0,
  maxActive: 1000,
  isPaused: false,
  ...more,
});

describe('decideReleases', () => {
  it('releases one run per asset, the older one first', () => {
    const decision = decideReleases(
      state({ waiting: [waiting('r1', 'a'), waiting('r2', 'a'), waiting('r3', 'b')] }),
      now,
    );

    expect(decision).toEqual({
      release: ['r1', 'r3'],
      expire: [],
      hold: [{ id: 'r2', waitingFor: 'asset-free' }],
    });
  });

  it('holds a run whose asset has one under way', () => {
    const busyAssets = new Set(['a' as AssetId]);

    const decision = decideReleases(
      state({ waiting: [waiting('r1', 'a')], busyAssets, activeCount: 1 }),
      now,
    );

    expect(decision.hold).toEqual([{ id: 'r1', waitingFor: 'asset-free' }]);
  });

  it('never goes over the global concurrency', () => {
    const runs = ['r1', 'r2', 'r3'].map((id) => waiting(id, `asset of ${id}`));

    const decision = decideReleases(state({ waiting: runs, activeCount: 3, maxActive: 5 }), now);

    expect(decision.release).toEqual(['r1', 'r2']);
    expect(decision.hold).toEqual([{ id: 'r3', waitingFor: 'concurrency' }]);
  });

  it('lets a higher priority go first', () => {
    const runs = [waiting('r1', 'a'), waiting('r2', 'b', { priority: 5 })];

    expect(decideReleases(state({ waiting: runs, maxActive: 1 }), now).release).toEqual(['r2']);
  });

  it('expires a run at its instant and keeps its asset for the next one', () => {
    const runs = [waiting('r1', 'a', { expiresAt: '2026-11-24T10:00:00.000Z' }), waiting('r2', 'a')];

    expect(decideReleases(state({ waiting: runs }), now)).toEqual({
      release: ['r2'],
      expire: ['r1'],
      hold: [],
    });
  });

  it('releases nothing while it is paused, and still lets runs expire', () => {
    const runs = [waiting('r1', 'a'), waiting('r2', 'b', { expiresAt: '2026-11-24T10:00:00.000Z' })];

    expect(decideReleases(state({ waiting: runs, isPaused: true }), now)).toEqual({
      release: [],
      expire: ['r2'],
      hold: [{ id: 'r1', waitingFor: 'paused' }],
    });
  });

  it('says nothing about a run that waits for the same reason as before', () => {
    const runs = [waiting('r1', 'a', { waitingFor: 'concurrency' })];

    expect(decideReleases(state({ waiting: runs, maxActive: 0 }), now).hold).toEqual([]);
  });
});
