import { describe, expect, it } from '@jest/globals';
import { checkPattern, nextOccurrences } from './occurrences.js';
import { parseTrigger } from './parse-trigger.js';
import type { TriggerBody } from './trigger.js';

const BERLIN = 'Europe/Berlin';

/** The next occurrences as `MM-DDTHH:MM` in UTC. */
function due(body: TriggerBody, after: string, count = 3): readonly string[] {
  const parsing = parseTrigger(body, new Date(after));
  if (!parsing.ok) throw new Error(JSON.stringify(parsing.faults));
  return nextOccurrences(parsing.trigger, new Date(after), count).map((at) => at.toISOString().slice(5, 16));
}

describe('the occurrences of a trigger', () => {
  it.each<[string, TriggerBody, string, readonly string[]]>([
    ['once', { once: '2026-12-01T20:00:00Z' }, '2026-11-24T00:00:00Z', ['12-01T20:00']],
    ['once, past', { once: '2026-11-01T20:00:00Z' }, '2026-11-24T00:00:00Z', []],
    [
      'every 90 minutes from an instant',
      { every: { minutes: 90 }, startAt: '2026-11-24T08:00:00Z' },
      '2026-11-24T09:30:00Z',
      ['11-24T11:00', '11-24T12:30', '11-24T14:00'],
    ],
    [
      'every 6 hours, not begun',
      { every: { hours: 6 }, startAt: '2026-12-01T00:00:00Z' },
      '2026-11-24T00:00:00Z',
      ['12-01T00:00', '12-01T06:00', '12-01T12:00'],
    ],
    [
      'every 3 days at the same time of day, across the end of summer time',
      { every: { days: 3 }, startAt: '2026-10-20T20:00:00Z', timeZone: BERLIN },
      '2026-10-21T00:00:00Z',
      ['10-23T20:00', '10-26T21:00', '10-29T21:00'],
    ],
    [
      'daily',
      { daily: true, at: '22:30', timeZone: BERLIN },
      '2026-11-24T21:30:00Z',
      ['11-25T21:30', '11-26T21:30', '11-27T21:30'],
    ],
    [
      'daily, again every 4 hours until 18:00',
      { daily: true, at: '08:15', repeatEveryHours: 4, repeatUntil: '18:00' },
      '2026-11-24T00:00:00Z',
      ['11-24T08:15', '11-24T12:15', '11-24T16:15'],
    ],
    [
      'daily, again every 5 hours until a minute before its own',
      { daily: true, at: '08:15', repeatEveryHours: 5, repeatUntil: '18:14' },
      '2026-11-24T00:00:00Z',
      ['11-24T08:15', '11-24T13:15', '11-25T08:15'],
    ],
    [
      'weekly',
      { weekly: ['monday', 'friday'], at: '06:00' },
      '2026-11-24T00:00:00Z',
      ['11-27T06:00', '11-30T06:00', '12-04T06:00'],
    ],
    [
      'the 31st',
      { monthly: { day: 31 }, at: '00:00' },
      '2026-11-24T00:00:00Z',
      ['12-31T00:00', '01-31T00:00', '03-31T00:00'],
    ],
    [
      'the last day',
      { monthly: { day: 'last' }, at: '23:00' },
      '2026-11-24T00:00:00Z',
      ['11-30T23:00', '12-31T23:00', '01-31T23:00'],
    ],
    [
      'the second Tuesday',
      { monthly: { weekday: 'tuesday', nth: 2 }, at: '18:00' },
      '2026-11-24T00:00:00Z',
      ['12-08T18:00', '01-12T18:00', '02-09T18:00'],
    ],
    [
      'the last Friday',
      { monthly: { weekday: 'friday', nth: 'last' }, at: '18:00' },
      '2026-11-24T00:00:00Z',
      ['11-27T18:00', '12-25T18:00', '01-29T18:00'],
    ],
    ['cron', { cron: '30 4 * * 1-5' }, '2026-11-27T12:00:00Z', ['11-30T04:30', '12-01T04:30', '12-02T04:30']],
    [
      'cron, day of month or weekday as in Vixie cron',
      { cron: '0 0 1 * MON' },
      '2026-11-24T00:00:00Z',
      ['11-30T00:00', '12-01T00:00', '12-07T00:00'],
    ],
  ])('%s', (_, body, after, expected) => {
    expect(due(body, after)).toEqual(expected);
  });

  describe('when the clocks change in Berlin', () => {
    it('moves a skipped time to the end of the gap', () => {
      expect(due({ daily: true, at: '02:30', timeZone: BERLIN }, '2026-03-28T12:00:00Z')).toEqual([
        '03-29T01:00',
        '03-30T00:30',
        '03-31T00:30',
      ]);
    });

    it('takes a doubled time once, the first time', () => {
      expect(due({ daily: true, at: '02:30', timeZone: BERLIN }, '2026-10-24T12:00:00Z')).toEqual([
        '10-25T00:30',
        '10-26T01:30',
        '10-27T01:30',
      ]);
    });

    it('goes on with intervals through the doubled hour', () => {
      expect(due({ cron: '*/30 * * * *', timeZone: BERLIN }, '2026-10-24T23:50:00Z', 5)).toEqual([
        '10-25T00:00',
        '10-25T00:30',
        '10-25T01:00',
        '10-25T01:30',
        '10-25T02:00',
      ]);
    });

    it.each([
      ['in spring', '2026-03-27T00:00:00Z'],
      ['in autumn', '2026-10-23T00:00:00Z'],
    ])('is due once a day with repetitions too, %s', (_, after) => {
      const body = {
        daily: true,
        at: '00:30',
        repeatEveryHours: 1,
        repeatUntil: '04:00',
        timeZone: BERLIN,
      } as const;
      const instants = due(body, after, 20);
      expect(new Set(instants).size).toBe(20);
      expect(instants.toSorted()).toEqual(instants);
    });
  });

  it('begins where `every` was written when it has no start', () => {
    expect(due({ every: { hours: 1 } }, '2026-11-24T08:07:00Z', 2)).toEqual(['11-24T09:07', '11-24T10:07']);
  });
});

describe('parseTrigger', () => {
  it.each<[TriggerBody, readonly string[]]>([
    [{}, [' missing-field']],
    [{ daily: true, cron: '* * * * *' }, [' not-allowed']],
    [{ daily: true }, ['/at missing-field']],
    [
      { once: '2026-12-01T00:00:00Z', at: '10:00', timeZone: BERLIN },
      ['/at not-allowed', '/timeZone not-allowed'],
    ],
    [{ every: {} }, ['/every missing-field']],
    [{ every: { hours: 1, days: 1 } }, ['/every missing-field']],
    [{ monthly: { day: 1, nth: 2 }, at: '10:00' }, ['/monthly missing-field']],
    [{ monthly: { weekday: 'friday' } }, ['/monthly missing-field', '/at missing-field']],
    [{ daily: true, at: '10:00', repeatUntil: '12:00' }, ['/repeatUntil not-allowed']],
    [{ daily: true, at: '10:00', repeatEveryHours: 2, repeatUntil: '10:00' }, ['/repeatUntil out-of-range']],
    [{ cron: '* * * * *', timeZone: 'Europe/Atlantis' }, ['/timeZone unknown-value']],
  ])('finds every fault of %j', (body, faults) => {
    const parsing = parseTrigger(body, new Date());

    expect(parsing.ok ? [] : parsing.faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(faults);
  });
});

describe('checkPattern', () => {
  it.each([
    ['0 0 * * *', true],
    ['0 0 30 2 *', false],
    ['0 0 * *', false],
    ['* * * * * *', false],
    ['61 * * * *', false],
    ['hello', false],
    ['', false],
  ])('%j: %j', (pattern, ok) => {
    expect(checkPattern(pattern, 'UTC', new Date('2026-11-24T00:00:00Z')).ok).toBe(ok);
  });
});
