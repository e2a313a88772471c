import { describe, expect, it } from '@jest/globals';
import { type Maintenance, openUntil } from './maintenance.js';

const at = (maintenance: Maintenance, instant: string) =>
  openUntil(maintenance, new Date(instant))?.toISOString() ?? null;

/** 24 November 2026 is a Tuesday; Berlin is an hour ahead of UTC in winter. */
const TUESDAYS: Maintenance = {
  timeZone: 'Europe/Berlin',
  windows: [{ days: ['tuesday'], from: '22:00', durationMinutes: 360 }],
};

describe('openUntil', () => {
  it('knows the window that is open, in its own time zone and over midnight', () => {
    expect(at(TUESDAYS, '2026-11-24T20:59:59.999Z')).toBeNull();
    expect(at(TUESDAYS, '2026-11-24T21:00:00.000Z')).toBe('2026-11-25T03:00:00.000Z');
    expect(at(TUESDAYS, '2026-11-25T02:59:59.999Z')).toBe('2026-11-25T03:00:00.000Z');
    expect(at(TUESDAYS, '2026-11-25T03:00:00.000Z')).toBeNull();
  });

  it('joins windows that follow each other without a gap', () => {
    const windows = [
      { days: ['tuesday'] as const, from: '20:00', durationMinutes: 60 },
      { days: ['tuesday'] as const, from: '21:00', durationMinutes: 60 },
    ];

    expect(at({ timeZone: 'UTC', windows }, '2026-11-24T20:30:00Z')).toBe('2026-11-24T22:00:00.000Z');
  });

  it('has an end far away where windows leave no gap at all', () => {
    const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
    const always = { timeZone: 'UTC', windows: [{ days, from: '00:00', durationMinutes: 1440 }] };

    expect(at(always, '2026-11-24T10:00:00Z')).toBe('2026-12-08T00:00:00.000Z');
  });

  it('lasts as long when the clocks change in it', () => {
    const saturdays = {
      ...TUESDAYS,
      windows: [{ days: ['saturday'] as const, from: '22:00', durationMinutes: 360 }],
    };

    expect(at(saturdays, '2026-10-24T21:00:00Z')).toBe('2026-10-25T02:00:00.000Z');
  });

  it('is never open without a window', () => {
    expect(at({ timeZone: 'UTC', windows: [] }, '2026-11-24T10:00:00Z')).toBeNull();
  });
});
