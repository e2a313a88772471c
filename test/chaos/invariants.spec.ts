import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../harness/client.js';
import type { RunEvidence, StoredEvent } from './evidence.js';
import { brokenPromises, longestRecoveryMs, PLANTED } from './invariants.js';

const AT = '2026-11-24T11:00:00.000Z';
const LINES = [
  `{"seq":1,"at":"${AT}","mono":0,"type":"step.started","index":0}`,
  `{"seq":2,"at":"${AT}","mono":5,"type":"final-action.skipped","reason":"none","detail":""}`,
];

/** What a run leaves that succeeded. */
function evidenceOf(changes: Partial<RunEvidence> = {}): RunEvidence {
  const run = {
    id: 'run-1',
    state: 'finished',
    outcome: 'succeeded',
    failureReason: null,
    failureDetail: '',
  } as const;
  return {
    host: 'PC-0001',
    run,
    events: [anEvent(1, 'step.started'), anEvent(2, 'run.finished', { outcome: 'succeeded' })],
    stored: LINES.map((line) => storedLine(line)),
    journal: LINES.map((line) => `${line}\n`).join(''),
    starts: { First: 1 },
    reboots: [],
    wasAway: false,
    wasLiedAbout: false,
    followersWereLost: false,
    ...changes,
  };
}

function anEvent(seq: number, type: string, fields: object = {}): RunEvent {
  return { seq, eventId: seq, targetRunId: 'run-1', type, at: AT, ...fields };
}

function storedLine(line: string, changes: Partial<StoredEvent> = {}): StoredEvent {
  const { seq, at, type, ...body } = JSON.parse(line);
  const digest = createHash('sha256').update(line).digest('hex');
  return {
    targetRunId: 'run-1',
    seq,
    source: 'runner',
    sourceSeq: seq,
    type,
    at,
    digest,
    body: JSON.stringify(body),
    ...changes,
  };
}

const [FIRST = '', SECOND = ''] = LINES;
const ended = (
  outcome: 'failed' | 'interrupted' | 'unreachable' | 'unknown',
  failureReason: string,
): Partial<RunEvidence> =>
  ({
    run: { ...evidenceOf().run, outcome, failureReason },
    events: [anEvent(1, 'run.finished', { outcome })],
  }) as Partial<RunEvidence>;
const startedNothing = { starts: { First: 0 }, journal: null, stored: [] };

describe('the promises of a chaos run', () => {
  it('are kept by a run that succeeded', () => {
    expect(brokenPromises(evidenceOf())).toEqual([]);
  });

  it.each<[string, Partial<RunEvidence>]>([
    [
      'interrupted by a restart in its midst',
      { ...ended('interrupted', 'target-rebooted'), reboots: ['under-way'] },
    ],
    [
      'refused by a host that was away',
      { ...ended('unreachable', 'connection-refused'), ...startedNothing, wasAway: true },
    ],
    [
      'found out to have a journal that lies',
      { ...ended('unknown', 'journal-conflict'), wasLiedAbout: true, stored: [storedLine(FIRST)] },
    ],
  ])('are kept by a run that was %s', (_, changes) => {
    expect(brokenPromises(evidenceOf(changes))).toEqual([]);
  });

  it.each<[string, Partial<RunEvidence>, string]>([
    ['has not ended', { run: { ...evidenceOf().run, state: 'running' } }, 'is running, not finished'],
    ['has no end in its events', { events: [anEvent(1, 'step.started')] }, 'has 0 events run.finished'],
    [
      'has two ends',
      { events: [1, 2].map((seq) => anEvent(seq, 'run.finished', { outcome: 'succeeded' })) },
      'has 2 events run.finished',
    ],
    [
      'has another end in its events',
      { events: [anEvent(1, 'run.finished', { outcome: 'failed' })] },
      'ended as failed in its events, as succeeded in its row',
    ],
    ['failed', ended('failed', 'step-failed'), 'ended as failed/step-failed (), expected succeeded'],
    [
      'was interrupted by a restart after its end',
      { ...ended('interrupted', 'target-rebooted'), reboots: ['complete'] },
      'ended as interrupted/target-rebooted (), expected succeeded',
    ],
    [
      'survived a restart in its midst',
      { reboots: ['under-way'] },
      'ended as succeeded (), expected interrupted/target-rebooted',
    ],
    [
      'has a gap in its numbers',
      { events: [anEvent(2, 'run.finished', { outcome: 'succeeded' })] },
      'has seq 2 where 1 belongs',
    ],
    ['started a program twice', { starts: { First: 2 } }, 'started First 2 times'],
    ['succeeded without a program', { starts: { First: 0 } }, 'started First 0 times'],
    [
      'lacks a journal line',
      { stored: [storedLine(FIRST)] },
      'recorded 1 runner events, the journal holds 2',
    ],
    [
      'believes a journal that lies',
      { wasLiedAbout: true, stored: [storedLine(FIRST)] },
      'ended as succeeded (), expected unknown/journal-conflict or unknown/journal-unreadable',
    ],
    [
      'records a journal that lies to its end',
      { ...ended('unknown', 'journal-conflict'), wasLiedAbout: true },
      'recorded 2 runner events, the journal holds 2',
    ],
    [
      'has another digest',
      { stored: [storedLine(FIRST, { digest: 'x' }), storedLine(SECOND)] },
      'recorded another digest than that of journal line 1',
    ],
    [
      'has other content',
      { stored: [storedLine(FIRST, { body: '{"mono":0,"index":1}' }), storedLine(SECOND)] },
      'recorded other content than that of journal line 1',
    ],
    [
      'shows its secret',
      {
        events: [
          ...evidenceOf().events.slice(0, 1),
          anEvent(2, 'run.finished', { outcome: 'succeeded', x: PLANTED }),
        ],
      },
      'shows the value of its secret parameter',
    ],
  ])('are broken by a run that %s', (_, changes, problem) => {
    expect(brokenPromises(evidenceOf(changes))).toEqual([`PC-0001 (run run-1): ${problem}`]);
  });
});

describe('the recovery time', () => {
  it('counts from the last that was seen of a run to its following anew', () => {
    const at = (seconds: number) => ({ at: `2026-11-24T11:00:${String(seconds).padStart(2, '0')}.000Z` });
    const events = [
      anEvent(1, 'step.output', at(10)),
      anEvent(2, 'run.queued', at(30)),
      anEvent(3, 'run.connecting', at(31)),
      anEvent(4, 'run.reattached', at(33)),
      anEvent(5, 'step.output', at(12)),
    ];

    expect(longestRecoveryMs(events)).toBe(23_000);
  });
});
