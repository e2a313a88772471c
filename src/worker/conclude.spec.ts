import { describe, expect, it } from '@jest/globals';
import { aCommand, aPackage } from '../../test/harness/builders/package.js';
import {
  aPlan,
  completed,
  finalActionSkipped,
  finished,
  started,
} from '../../test/harness/builders/walk-events.js';
import { computeOutcome, type WalkEvent } from '../packages/domain/outcome.js';
import { conclude, concludeRefusal, type Evidence } from './conclude.js';

const PLAN = aPlan(aPackage().withStep(aCommand('Stop it')).withStep(aCommand('Install')));

function evidence(events: readonly WalkEvent[], changes: Partial<Evidence> = {}): Evidence {
  const walk = computeOutcome(PLAN, events);
  return {
    reason: 'journal-complete',
    detail: '',
    plan: PLAN,
    walk,
    runnerDetail: '',
    wasThere: true,
    ...changes,
  };
}

const STEP_1_DONE = [started(0), finished(0, { next: 1 })];
const FAILED = [
  ...STEP_1_DONE,
  started(1),
  finished(1, { returnCode: 1603, verdict: 'failure', next: 'stop-failure' }),
  completed({ outcome: 'failed', failureReason: 'step-failed', lastStep: 1, returnCode: 1603 }),
];
const SUCCEEDED = [...STEP_1_DONE, started(1), finished(1), completed(), finalActionSkipped('none')];

describe('conclude', () => {
  it('takes the outcome of a complete journal', () => {
    expect(conclude(evidence(SUCCEEDED))).toEqual({
      outcome: 'succeeded',
      failureReason: null,
      failureDetail: '',
    });
  });

  it('names the step that failed, its code and what that means', () => {
    expect(conclude(evidence(FAILED))).toEqual({
      outcome: 'failed',
      failureReason: 'step-failed',
      failureDetail: expect.stringMatching(/^Step 2 "Install" returned 1603: ./),
    });
  });

  it.each(['rebooted', 'runner-gone', 'task-time-limit', 'tombstone', 'nothing-there'] as const)(
    'keeps the outcome of a run that had completed before: %s',
    (reason) => {
      expect(conclude(evidence(SUCCEEDED, { reason }))).toMatchObject({ outcome: 'succeeded' });
    },
  );

  it.each([
    ['rebooted', 'interrupted', 'target-rebooted'],
    ['runner-gone', 'interrupted', 'runner-gone'],
    ['task-time-limit', 'timed-out', 'task-time-limit'],
    ['tombstone', 'unknown', 'tombstone-only'],
    ['nothing-there', 'unknown', 'nothing-on-target'],
    ['journal-complete', 'unknown', 'journal-conflict'],
  ] as const)('ends a run in its middle after %s as %s, %s', (reason, outcome, failureReason) => {
    expect(conclude(evidence(STEP_1_DONE, { reason }))).toMatchObject({ outcome, failureReason });
  });

  it('says where a run was when the machine went away', () => {
    const running = conclude(
      evidence([...STEP_1_DONE, started(1)], { reason: 'rebooted', detail: 'Booted again' }),
    );
    const before = conclude(evidence([], { reason: 'rebooted' }));

    expect(running.failureDetail).toBe('It was at step 2 "Install". Booted again');
    expect(before.failureDetail).toBe('It was before its first step.');
  });

  it('ends a run of which the target never saw anything as expired', () => {
    expect(conclude(evidence([], { reason: 'nothing-there', wasThere: false }))).toMatchObject({
      outcome: 'expired',
      failureReason: 'start-expired',
    });
  });

  it('believes no journal that contradicts the plan, whatever it claims', () => {
    const forged = [started(1), finished(1), completed({ lastStep: 1 })];

    expect(conclude(evidence(forged))).toEqual({
      outcome: 'unknown',
      failureReason: 'journal-conflict',
      failureDetail: 'Step 1 started where the plan goes to 0',
    });
  });
});

describe('concludeRefusal', () => {
  it.each([
    'access-denied',
    'powershell-too-old',
    'run-folder-unsafe',
    'script-blocked',
    'task-did-not-start',
  ])('blocks with the reason %s that the target gives', (reason) => {
    expect(concludeRefusal(reason, 'why')).toEqual({
      outcome: 'blocked',
      failureReason: reason,
      failureDetail: 'why',
    });
  });

  it('ends a start that came too late as expired', () => {
    expect(concludeRefusal('start-expired', 'late')).toMatchObject({
      outcome: 'expired',
      failureReason: 'start-expired',
    });
  });

  it.each(['toString', 'step-failed', 'something new'])(
    'does not let a target choose the reason %p',
    (reason) => {
      expect(concludeRefusal(reason, 'why')).toEqual({
        outcome: 'blocked',
        failureReason: 'script-blocked',
        failureDetail: `${reason}: why`,
      });
    },
  );
});
