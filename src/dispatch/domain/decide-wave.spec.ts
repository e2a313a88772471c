import { describe, expect, it } from '@jest/globals';
import { decideWave, type WavedDeployment, type WaveProgress } from './decide-wave.js';

const NOW = new Date('2026-11-24T10:00:00.000Z');
const wave = { count: 5, soakSeconds: 600, manual: false };
const decide = (deployment: Partial<WavedDeployment> = {}, progress: Partial<WaveProgress> = {}, now = NOW) =>
  decideWave(
    { waves: [wave, wave], openWave: 0, haltAtFailurePercent: null, ...deployment },
    { total: 5, finished: 5, failed: 0, lastFinishedAt: '2026-11-24T09:50:00.000Z', ...progress },
    now,
  );

describe('decideWave', () => {
  it('opens the next wave when the open one has ended and soaked', () => {
    expect(decide()).toEqual({ do: 'open', wave: 1 });
    expect(decide({}, {}, new Date('2026-11-24T09:59:59.999Z'))).toBeNull();
  });

  it('waits for the last run of the open wave', () => {
    expect(decide({}, { finished: 4 })).toBeNull();
  });

  it('opens what is left over after the last wave', () => {
    expect(decide({ openWave: 1 })).toEqual({ do: 'open', wave: 2 });
  });

  it('goes past an empty wave at once', () => {
    expect(decide({}, { total: 0, finished: 0, lastFinishedAt: null })).toEqual({ do: 'open', wave: 1 });
  });

  it('leaves a wave with a gate to whoever opens it', () => {
    expect(decide({ waves: [wave, { ...wave, manual: true }] })).toBeNull();
  });

  it('halts when the share of failures reaches the threshold, before the wave has ended', () => {
    const halting = { haltAtFailurePercent: 40 };

    expect(decide(halting, { finished: 2, failed: 2 })).toEqual({
      do: 'halt',
      reason: '2 of 5 runs of wave 1 failed: it halts at 40 %',
    });
    expect(decide(halting, { finished: 2, failed: 1 })).toBeNull();
  });

  it('halts a deployment without waves as well, and opens nothing there', () => {
    const plain = { waves: [], haltAtFailurePercent: 20 };

    expect(decide(plain, { failed: 1 })).toMatchObject({
      do: 'halt',
      reason: '1 of 5 runs failed: it halts at 20 %',
    });
    expect(decide(plain)).toBeNull();
  });
});
