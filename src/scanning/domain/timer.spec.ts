import { describe, expect, it } from '@jest/globals';
import { isScanDue, type ScanHistory } from './timer.js';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const OLD = { createdAt: '2026-01-01T00:00:00.000Z' };
const NEVER: ScanHistory = { lastOrderedAt: null, lastSucceededAt: null, hasOpen: false };

function due(history: Partial<ScanHistory>, asset = OLD, everyHours = 24): boolean {
  return isScanDue(asset, { ...NEVER, ...history }, { everyHours, now: NOW });
}

function both(at: string): Partial<ScanHistory> {
  return { lastOrderedAt: at, lastSucceededAt: at };
}

describe('isScanDue', () => {
  it('gives whoever registers an asset ten minutes to set its credential', () => {
    expect(due({}, { createdAt: '2026-11-24T11:51:00.000Z' })).toBe(false);
    expect(due({}, { createdAt: '2026-11-24T11:50:00.000Z' })).toBe(true);
  });

  it('waits for the period after a scan that succeeded', () => {
    expect(due(both('2026-11-23T12:00:01.000Z'))).toBe(false);
    expect(due(both('2026-11-23T12:00:00.000Z'))).toBe(true);
  });

  it('tries again earlier after one that failed', () => {
    const failedAt = (lastOrderedAt: string) => ({
      lastOrderedAt,
      lastSucceededAt: '2026-11-20T00:00:00.000Z',
    });

    expect(due(failedAt('2026-11-24T08:00:01.000Z'))).toBe(false);
    expect(due(failedAt('2026-11-24T08:00:00.000Z'))).toBe(true);
  });

  it('never tries again before a refused credential may be', () => {
    expect(due({ lastOrderedAt: '2026-11-24T11:45:00.000Z' }, OLD, 1)).toBe(false);
    expect(due({ lastOrderedAt: '2026-11-24T11:44:00.000Z' }, OLD, 1)).toBe(true);
  });

  it('orders none beside one that has not ended', () => {
    expect(due({ ...both('2026-11-01T00:00:00.000Z'), hasOpen: true })).toBe(false);
  });
});
