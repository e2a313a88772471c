import { describe, expect, it } from '@jest/globals';
import { Loop } from './loop.js';

/** Work whose turns are counted and can be waited for. */
function countedWork(work: (turn: number) => Promise<void> = async () => {}) {
  let turns = 0;
  const waiting = new Map<number, () => void>();
  return {
    work: async () => {
      turns += 1;
      waiting.get(turns)?.();
      await work(turns);
    },
    turn: (number: number) =>
      new Promise<void>((resolve) => {
        if (turns >= number) resolve();
        else waiting.set(number, resolve);
      }),
    get turns() {
      return turns;
    },
  };
}

const NEVER_MS = 60_000;

describe('Loop', () => {
  it('begins at once and takes a turn whenever it is woken', async () => {
    const counted = countedWork();
    const loop = new Loop({ everyMs: NEVER_MS, work: counted.work, onError: () => {} });

    loop.start();
    await counted.turn(1);
    await new Promise(setImmediate);
    loop.wake();
    await counted.turn(2);
    await loop.stop();

    expect(counted.turns).toBe(2);
  });

  it('takes a turn by itself after its pause', async () => {
    const counted = countedWork();
    const loop = new Loop({ everyMs: 1, work: counted.work, onError: () => {} });

    loop.start();
    await counted.turn(3);
    await loop.stop();

    expect(counted.turns).toBeGreaterThanOrEqual(3);
  });

  it('follows a turn that was woken meanwhile by one more, never by two at a time', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const counted = countedWork(async (turn) => {
      running += 1;
      most = Math.max(most, running);
      if (turn === 1) await gate.promise;
      running -= 1;
    });
    const loop = new Loop({ everyMs: NEVER_MS, work: counted.work, onError: () => {} });

    loop.start();
    loop.wake();
    loop.wake();
    gate.resolve();
    await counted.turn(2);
    await loop.stop();

    expect([counted.turns, most]).toEqual([2, 1]);
  });

  it('reports a turn that fails and goes on', async () => {
    const errors: unknown[] = [];
    const counted = countedWork(async (turn) => {
      if (turn === 1) throw new Error('the first turn fails');
    });
    const loop = new Loop({ everyMs: 1, work: counted.work, onError: (error) => errors.push(error) });

    loop.start();
    await counted.turn(2);
    await loop.stop();

    expect(errors).toEqual([new Error('the first turn fails')]);
  });

  it('waits for the turn under way when it is stopped, and begins no other', async () => {
    const gate = Promise.withResolvers<void>();
    const counted = countedWork(() => gate.promise);
    const loop = new Loop({ everyMs: 1, work: counted.work, onError: () => {} });
    loop.start();

    const stopped = loop.stop().then(() => 'stopped');
    const first = await Promise.race([
      stopped,
      new Promise((resolve) => setImmediate(resolve, 'still busy')),
    ]);
    gate.resolve();

    expect(first).toBe('still busy');
    expect(await stopped).toBe('stopped');
    expect(counted.turns).toBe(1);
  });
});
