import { describe, expect, it } from '@jest/globals';
import { aSmallWorld, SEEDS } from '../../../test/harness/dispatch-model.js';

/** Random orders, random ends: what the dispatcher promises holds after each of its decisions. */
describe('a small world of random orders', () => {
  it.each(SEEDS)('keeps every promise with seed %i', (seed) => {
    const world = aSmallWorld(seed);

    for (let minute = 0; minute < 600; minute++) world.pass();

    expect(world.broken).toEqual([]);
    expect(world.released).toBeGreaterThan(100);
  });

  it.each(SEEDS)('leaves nothing waiting for ever with seed %i', (seed) => {
    const world = aSmallWorld(seed);
    for (let minute = 0; minute < 600; minute++) world.pass();

    const minutes = world.passUntilEmpty(14 * 1440);

    expect(world.waitingCount).toBe(0);
    expect(minutes).toBeLessThan(14 * 1440);
  });

  it('lets a low priority have its turn while a higher one never ends', () => {
    const world = aSmallWorld(1, { endless: true });

    world.pass();
    const id = world.orderLow();
    const minutes = world.passUntil(() => world.isOver(id), 2_880);

    expect(minutes).toBeLessThan(2_880);
    expect(world.broken).toEqual([]);
  });
});
