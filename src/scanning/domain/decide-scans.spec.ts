import { describe, expect, it } from '@jest/globals';
import type { AssetId, ScanId } from '../../shared/ids.js';
import { decideScans, type WaitingScan } from './decide-scans.js';

const NOW = new Date('2026-11-24T10:00:00.000Z');

function scan(id: string, assetId: string, changes: Partial<WaitingScan> = {}): WaitingScan {
  const expiresAt = '2026-11-25T10:00:00.000Z';
  return { id: id as ScanId, assetId: assetId as AssetId, cause: 'timer', expiresAt, ...changes };
}

function decide(waiting: WaitingScan[], { busy = [] as string[], room = 10 } = {}) {
  return decideScans({ waiting, busyAssets: new Set(busy as AssetId[]), room }, NOW);
}

describe('decideScans', () => {
  it('releases what waits while there is room, who asked before runs, runs before timers', () => {
    const waiting = [
      scan('1', 'a'),
      scan('2', 'b', { cause: 'rescan' }),
      scan('3', 'c', { cause: 'request' }),
      scan('4', 'd'),
    ];

    expect(decide(waiting, { room: 3 }).release).toEqual(['3', '2', '1']);
    expect(decide(waiting, { room: -1 }).release).toEqual([]);
  });

  it('releases one scan for each asset, and none where something is at work', () => {
    const waiting = [scan('1', 'a'), scan('2', 'a'), scan('3', 'b')];

    expect(decide(waiting, { busy: ['b'] })).toEqual({ release: ['1'], expire: [] });
  });

  it('looks at what a run has changed before another scan of the same asset', () => {
    const waiting = [
      scan('1', 'a', { cause: 'request' }),
      scan('2', 'a', { cause: 'rescan' }),
      scan('3', 'b'),
    ];

    expect(decide(waiting, { room: 1 }).release).toEqual(['2']);
  });

  it('expires what was not carried out in time, also where the asset is busy', () => {
    const late = { expiresAt: NOW.toISOString() };

    expect(decide([scan('1', 'a', late), scan('2', 'b', late)], { busy: ['b'] })).toEqual({
      release: [],
      expire: ['1', '2'],
    });
  });
});
