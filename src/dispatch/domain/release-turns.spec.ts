import { describe, expect, it } from '@jest/globals';
import type { AssetId } from '../../shared/ids.js';
import { ReleaseTurns } from './release-turns.js';

describe('ReleaseTurns', () => {
  it('lets each see what the one before has put on assets, also when it fails', async () => {
    const busy = new Set<AssetId>();
    const turns = new ReleaseTurns();
    turns.addBusy(async () => busy);
    const seen: number[] = [];
    const first = turns.take(async (found) => {
      seen.push(found.size);
      await Promise.resolve();
      busy.add('a' as AssetId);
      throw new Error('after its work');
    });

    const second = turns.take(async (found) => {
      seen.push(found.size);
    });

    await expect(first).rejects.toThrow('after its work');
    await second;
    expect(seen).toEqual([0, 1]);
  });
});
