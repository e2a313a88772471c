import { createHash, randomUUID } from 'node:crypto';
import type { JobPayload } from '../../../src/dispatch/domain/sealed-job.js';
import { initialPlanWalk } from '../../../src/packages/domain/outcome.js';
import type { DoorEvent } from '../../../src/recording/domain/door.js';
import type { JournalEvent } from '../../../src/target/journal.js';
import { aCommand, aPackage } from './package.js';
import { aPlan } from './walk-events.js';

export const AT = '2026-11-24T10:00:00.000Z';

/** A job to start a package of one step, good for an hour. */
export function aJob(changes: Partial<JobPayload> = {}): JobPayload {
  const plan = changes.plan ?? aPlan(aPackage().withStep(aCommand('Say hello')));
  return {
    mode: 'start',
    targetRunId: randomUUID(),
    epoch: 1,
    startBefore: new Date(Date.now() + 3_600_000).toISOString(),
    startedAt: null,
    mayHaveStarted: (changes.epoch ?? 1) > 1,
    target: {
      name: 'PC-0001',
      address: '127.0.0.1',
      port: 5985,
      transport: 'http',
      tlsVerify: 'full',
      tlsFingerprint: null,
      authentication: 'negotiate',
    },
    credentials: [aJobCredential()],
    plan,
    secrets: [],
    journalOffset: 0,
    runnerSeq: 0,
    walk: initialPlanWalk(plan),
    ...changes,
  };
}

export function aJobCredential(
  changes: Partial<JobPayload['credentials'][number]> = {},
): JobPayload['credentials'][number] {
  return {
    id: randomUUID(),
    username: 'Administrator',
    password: 'Right-1234',
    version: 'v1',
    heldBackUntil: null,
    ...changes,
  };
}

type Fields<T extends JournalEvent['type']> = Omit<
  Extract<JournalEvent, { type: T }>,
  'seq' | 'at' | 'mono' | 'type'
>;

/** A line of a journal. */
export function journalEvent<T extends JournalEvent['type']>(
  seq: number,
  type: T,
  fields: Fields<T>,
): JournalEvent {
  return { seq, at: AT, mono: seq, type, ...fields } as unknown as JournalEvent;
}

/** The journal of a package of one step that prints one line and succeeds. */
export function aJournal(output = 'hello\r\n'): JournalEvent[] {
  return [
    journalEvent(1, 'run.started', {
      runnerVersion: '1',
      powershellVersion: '5.1',
      bootId: 'boot-1',
      account: 'NT AUTHORITY\\SYSTEM',
      computerName: 'PC-0001',
      pid: 4711,
    }),
    journalEvent(2, 'step.started', { index: 0 }),
    journalEvent(3, 'step.output', { index: 0, stream: 'stdout', text: output }),
    journalEvent(4, 'step.finished', {
      index: 0,
      returnCode: 0,
      verdict: 'success',
      next: 'stop-success',
      durationMs: 5,
      outputBytes: output.length,
      outputTruncated: false,
      problem: null,
      detail: '',
    }),
    journalEvent(5, 'run.completed', {
      outcome: 'succeeded',
      failureReason: null,
      failureDetail: '',
      lastStep: 0,
      returnCode: 0,
      rebootRequired: false,
    }),
    journalEvent(6, 'final-action.skipped', { reason: 'none', detail: '' }),
  ];
}

/** Journal lines as a worker sends them: digest of the line, and where the next one begins. */
export function runnerEvents(journal: readonly JournalEvent[], fromOffset = 0): DoorEvent[] {
  let nextOffset = fromOffset;
  return journal.map((event) => {
    const line = JSON.stringify(event);
    nextOffset += Buffer.byteLength(line) + 1;
    return { source: 'runner', nextOffset, digest: createHash('sha256').update(line).digest('hex'), event };
  });
}
