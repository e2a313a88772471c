import { describe, expect, it } from '@jest/globals';
import { aJournal, AT, journalEvent } from '../../../test/harness/builders/job.js';
import { aCommand, aPackage } from '../../../test/harness/builders/package.js';
import { aPlan } from '../../../test/harness/builders/walk-events.js';
import { initialRun } from '../../deployments/domain/new-run.js';
import { project, type RunProjection } from './projection.js';
import type { RunFact } from './run-event.js';

const PLAN = aPlan(aPackage().withStep(aCommand('Say hello')).withStep(aCommand('Never reached')));
const FRESH: RunProjection = initialRun(PLAN, AT);

/** The projection after these facts, the nth recorded at second n. */
function after(facts: readonly RunFact[], from = FRESH): RunProjection {
  return facts.reduce((run, fact, index) => project(run, fact, second(index + 1)), from);
}

function second(number: number): string {
  return `2026-11-24T11:00:${String(number).padStart(2, '0')}.000Z`;
}

const queued = (mode: 'start' | 'follow' = 'start'): RunFact => ({
  seq: 1,
  at: AT,
  type: 'run.queued',
  epoch: 1,
  mode,
});
const connecting: RunFact = { seq: 1, at: AT, type: 'run.connecting', address: 'http://pc' };
const attachment = { seq: 2, at: AT, epoch: 1, bootId: 'b', powershellVersion: '5.1' };
const attached: RunFact = { ...attachment, type: 'run.attached' };
const reattached: RunFact = { ...attachment, type: 'run.reattached' };
const reconciling: RunFact = { seq: 3, at: AT, type: 'run.reconciling', detail: 'reset' };
const runFinished = (changes: object = {}): RunFact => ({
  seq: 9,
  at: AT,
  type: 'run.finished',
  outcome: 'succeeded',
  failureReason: null,
  failureDetail: '',
  ...changes,
});
const cleanedUp = (result: 'clean' | 'pending'): RunFact => ({
  seq: 10,
  at: AT,
  type: 'cleanup.finished',
  result,
  detail: '',
});

describe('the projection of a run', () => {
  it('goes through the states of a run that succeeds', () => {
    const facts: RunFact[] = [
      queued(),
      connecting,
      attached,
      ...aJournal(),
      runFinished(),
      cleanedUp('clean'),
    ];

    const states = facts.map((_, index) => after(facts.slice(0, index + 1)).state);

    expect([...new Set(states)]).toEqual([
      'queued',
      'connecting',
      'starting',
      'running',
      'completing',
      'finished',
    ]);
  });

  it('adds up to the row of a run that succeeded', () => {
    const run = after([
      queued(),
      connecting,
      attached,
      ...aJournal('hällo'),
      runFinished(),
      cleanedUp('clean'),
    ]);

    expect(run).toMatchObject({
      state: 'finished',
      outcome: 'succeeded',
      startedAt: second(4),
      finishedAt: second(10),
      lastStep: 'Say hello',
      returnCode: 0,
      finalAction: 'skipped-none',
      cleanup: 'clean',
      runnerVersion: '1',
      steps: [
        { name: 'Say hello', state: 'finished', verdict: 'success', returnCode: 0, next: 'stop-success' },
        { name: 'Never reached', state: 'finished', verdict: 'skipped', startedAt: null, finishedAt: null },
      ],
    });
  });

  it('does not begin anew when a journal says twice that it started', () => {
    const [started] = aJournal();
    const again = started ? [started, started] : [];

    expect(after(again).startedAt).toBe(second(1));
  });

  it('is the same when the same facts are replayed', () => {
    const facts: RunFact[] = [
      queued(),
      connecting,
      attached,
      ...aJournal(),
      runFinished(),
      cleanedUp('clean'),
    ];
    const halfway = after(facts.slice(0, 5));

    const resumed = facts
      .slice(5)
      .reduce((run, fact, index) => project(run, fact, second(index + 6)), halfway);

    expect(resumed).toEqual(after(facts));
    expect(JSON.parse(JSON.stringify(resumed))).toEqual(resumed);
  });

  it('counts output in bytes while a step runs', () => {
    const [started, stepStarted, output] = aJournal('hällo');
    const run = after([started, stepStarted, output, output].filter((fact) => fact !== undefined));

    expect(run.steps[0]).toMatchObject({ state: 'running', outputBytes: 12 });
  });

  it('stays what it was on the target while a connection is made again', () => {
    const running = aJournal().slice(0, 3);
    const completing = aJournal();

    expect(after([...running, reconciling]).state).toBe('reconciling');
    expect(after([...running, reconciling, reattached]).state).toBe('running');
    expect(after([...completing, reconciling, reattached]).state).toBe('completing');
    expect(after([queued(), reattached]).state).toBe('starting');
  });

  it('does not call a run that is followed anew connecting', () => {
    expect(after([...aJournal().slice(0, 2), queued('follow'), connecting]).state).toBe('reconciling');
  });

  it('keeps since when the state stays', () => {
    expect(after([connecting, connecting])).toMatchObject({ state: 'connecting', since: second(1) });
  });

  it('remembers the first wish to cancel', () => {
    const cancel: RunFact = { seq: 1, at: AT, type: 'cancel.requested', by: 'alice' };

    expect(after([cancel, cancel]).cancelRequestedAt).toBe(second(1));
  });

  it('closes a step that was cut off, without a verdict', () => {
    const run = after([
      ...aJournal().slice(0, 3),
      runFinished({ outcome: 'interrupted', failureReason: 'target-rebooted' }),
    ]);

    expect(run).toMatchObject({
      outcome: 'interrupted',
      failureReason: 'target-rebooted',
      cleanup: 'pending',
      steps: [{ state: 'finished', verdict: null, finishedAt: second(4) }, { verdict: 'skipped' }],
    });
  });

  it('has nothing to clean up for a run that never started', () => {
    expect(after([queued(), runFinished({ outcome: 'unreachable' })]).cleanup).toBeNull();
  });

  it('names the step that a jump goes to, and keeps the code of a retry', () => {
    const retrying = journalEvent(3, 'step.retrying', {
      index: 0,
      returnCode: 1618,
      attempt: 1,
      delaySeconds: 1,
    });
    const jump = journalEvent(4, 'step.finished', {
      index: 0,
      returnCode: 0,
      verdict: 'success',
      next: 1,
      durationMs: 1,
      outputBytes: 0,
      outputTruncated: true,
      problem: null,
      detail: '',
    });

    expect(after([retrying]).steps[0]).toMatchObject({ returnCode: 1618 });
    expect(after([jump]).steps[0]).toMatchObject({ next: 'Never reached', outputTruncated: true });
  });

  it('ignores a step that the plan does not have', () => {
    expect(after([journalEvent(1, 'step.started', { index: 7 })])).toMatchObject({ lastStep: null });
  });

  it('tells a final action that runs from one that was skipped, and a clean-up that waits', () => {
    const reboot = journalEvent(6, 'final-action.started', {
      action: 'reboot',
      waitSeconds: 30,
      commandLine: 'shutdown /r',
    });

    expect(after([reboot]).finalAction).toBe('reboot');
    expect(after([...aJournal(), runFinished(), cleanedUp('pending')]).cleanup).toBe('pending');
  });
});
