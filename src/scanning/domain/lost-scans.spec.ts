import { describe, expect, it } from '@jest/globals';
import type { ScanId } from '../../shared/ids.js';
import { attemptsInRedis, lostScans } from './lost-scans.js';

const NOW = new Date('2026-11-24T10:10:00.000Z');

function attempt(id: string, queuedAt: string, workerId: string | null) {
  return { id: id as ScanId, epoch: 1, state: 'scanning', queuedAt, workerId } as const;
}

describe('lostScans', () => {
  it('names attempts whose worker is gone, and those that take longer than any can', () => {
    const underWay = [
      attempt('fresh', '2026-11-24T10:09:00.000Z', null),
      attempt('with worker', '2026-11-24T10:09:00.000Z', 'lives'),
      attempt('worker gone', '2026-11-24T10:09:00.000Z', 'died'),
      attempt('too long', '2026-11-24T10:04:59.000Z', 'lives'),
      attempt('never taken', '2026-11-24T10:04:59.000Z', null),
    ];

    const lost = lostScans(underWay, { now: NOW, livingWorkers: new Set(['lives']) });

    expect(lost.map(({ id }) => id)).toEqual(['worker gone', 'too long', 'never taken']);
  });
});

describe('attemptsInRedis', () => {
  it('names what no worker has begun, once its job has had time to be taken', () => {
    const queued = (id: string, queuedAt: string) => ({
      ...attempt(id, queuedAt, null),
      state: 'queued' as const,
    });
    const underWay = [
      queued('just handed over', '2026-11-24T10:09:55.000Z'),
      queued('for a while', '2026-11-24T10:09:45.000Z'),
      attempt('begun', '2026-11-24T10:09:45.000Z', 'lives'),
    ];

    expect(attemptsInRedis(underWay, NOW).map(({ id }) => id)).toEqual(['for a while']);
  });
});
