import { aCommand, aPackage, type PackageBuilder } from '../../../test/harness/builders/package.js';
import {
  aPlan,
  completed,
  finalActionSkipped,
  finished,
  retried,
  started,
} from '../../../test/harness/builders/walk-events.js';
import { computeOutcome, type PlanWalk, type WalkEvent } from './outcome.js';

const twoSteps = aPackage().withStep(aCommand('One')).withStep(aCommand('Two'));
const withReboot = twoSteps.with({ finalAction: { action: 'reboot' } });
const stepOne = [started(0), finished(0, { next: 1 })];
const bothSteps = [...stepOne, started(1), finished(1)];

function walk(events: readonly WalkEvent[], builder = twoSteps): PlanWalk {
  return computeOutcome(aPlan(builder), events);
}

describe('computeOutcome of the final action', () => {
  const interrupted = [
    started(0),
    finished(0, { returnCode: 1641, next: null }),
    completed({ outcome: 'interrupted', lastStep: 0, returnCode: 1641, rebootRequired: true }),
  ];
  const cancelled = [completed({ outcome: 'cancelled', lastStep: null, returnCode: null })];
  const done = [...bothSteps, completed()];
  const ifRequired = twoSteps.with({ finalAction: { action: 'reboot', when: 'if-required' } });
  const rebootStarted: WalkEvent = { type: 'final-action.started', action: 'reboot' };

  it.each<[string, WalkEvent[], PackageBuilder]>([
    ['started', [...done, rebootStarted], withReboot],
    [
      'skipped because Windows Installer is busy',
      [...done, finalActionSkipped('installer-busy')],
      withReboot,
    ],
    ['skipped because it failed', [...done, finalActionSkipped('failed')], withReboot],
    [
      'skipped because Windows Installer is busy, not required either',
      [...done, finalActionSkipped('installer-busy')],
      ifRequired,
    ],
    ['skipped as not required', [...done, finalActionSkipped('not-required')], ifRequired],
    ['skipped as interrupted', [...interrupted, finalActionSkipped('interrupted')], withReboot],
    ['skipped as cancelled', [...cancelled, finalActionSkipped('cancelled')], withReboot],
    ['skipped as cancelled where there is none', [...cancelled, finalActionSkipped('cancelled')], twoSteps],
    ['skipped as none after a cancel', [...cancelled, finalActionSkipped('none')], twoSteps],
  ])('agrees with one that is %s', (_what, events, builder) => {
    expect(walk(events, builder)).toMatchObject({ closed: true, disagreement: null });
  });

  it.each<[string, WalkEvent[], PackageBuilder, string]>([
    [
      'started after a cancel',
      [...cancelled, rebootStarted],
      withReboot,
      'The final action reboot was started, the plan says cancelled',
    ],
    [
      'started where there is none',
      [...done, rebootStarted],
      twoSteps,
      'The final action reboot was started, the plan says none',
    ],
    [
      'started without need',
      [...done, rebootStarted],
      ifRequired,
      'The final action reboot was started, the plan says not-required',
    ],
    [
      'another than planned',
      [...done, { type: 'final-action.started', action: 'shutdown' }],
      withReboot,
      'The final action shutdown was started, the plan says reboot',
    ],
    [
      'skipped where it is due',
      [...done, finalActionSkipped('none')],
      withReboot,
      'The final action was skipped as none, the plan says run',
    ],
    ['before the end', [rebootStarted], withReboot, 'final-action.started came before the run had completed'],
    [
      'followed by an event',
      [...done, finalActionSkipped('none'), started(0)],
      twoSteps,
      "step.started came after the journal's last line",
    ],
  ])('disagrees with one that is %s', (_what, events, builder, expected) => {
    expect(walk(events, builder).disagreement).toBe(expected);
  });
});

describe('computeOutcome of a journal that disagrees with its plan', () => {
  it.each<[string, WalkEvent[], string]>([
    ['starts another step', [started(1)], 'Step 1 started where the plan goes to 0'],
    ['starts a step that does not exist', [started(99)], 'Step 99 started where the plan goes to 0'],
    ['starts two steps at once', [started(0), started(1)], 'Step 1 started while step 0 was running'],
    [
      'starts a step after the end',
      [...bothSteps, started(0)],
      'Step 0 started where the plan goes to stop-success',
    ],
    [
      'finishes a step that was not running',
      [finished(0, { next: 1 })],
      'Step 0 finished, but it was not running',
    ],
    [
      'calls a failure a success',
      [started(0), finished(0, { returnCode: 1603, next: 1 })],
      'Step 0 returned 1603: failure by the plan, success in the journal',
    ],
    [
      'calls a success a failure',
      [started(0), finished(0, { verdict: 'failure', next: 'stop-failure' })],
      'Step 0 returned 0: success by the plan, failure in the journal',
    ],
    [
      'calls a step without code a success',
      [started(0), finished(0, { returnCode: null, next: 1 })],
      'Step 0 returned no code: failure by the plan, success in the journal',
    ],
    [
      'jumps elsewhere',
      [started(0), finished(0)],
      'After step 0 the plan goes to 1, the journal to stop-success',
    ],
    [
      'goes on after a hard-reboot code',
      [started(0), finished(0, { returnCode: 1641, next: 1 })],
      'After step 0 the plan goes to no step, the journal to 1',
    ],
    [
      'retries after another code',
      [started(0), retried(0, 1603)],
      'Step 0 is tried again after 1603, which is no retry code of it',
    ],
    [
      'retries a step that is not running',
      [retried(0, 1618)],
      'Step 0 is tried again, but it was not running',
    ],
    [
      'calls a failed run a success',
      [
        started(0),
        finished(0, { returnCode: 1, verdict: 'failure', next: 'stop-failure' }),
        completed({ lastStep: 0, returnCode: 1 }),
      ],
      'The run ended as failed by the plan, as succeeded in the journal',
    ],
    [
      'completes in the middle',
      [...stepOne, completed({ lastStep: 0 })],
      'The run ended as succeeded in the journal where the plan goes on',
    ],
    ['completes twice', [...bothSteps, completed(), completed()], 'The run completed twice'],
    [
      'starts a step after completion',
      [...bothSteps, completed(), started(0)],
      'Step 0 started after the run had completed',
    ],
    [
      'names another last step',
      [...bothSteps, completed({ lastStep: 0 })],
      "The last step was 1, in the journal's summary 0",
    ],
    [
      'names another return code',
      [...bothSteps, completed({ returnCode: 3010 })],
      "The last return code was 0, in the journal's summary 3010",
    ],
    [
      'asks for a reboot that no code asked for',
      [...bothSteps, completed({ rebootRequired: true })],
      "A reboot is not required by the codes, the journal's summary says otherwise",
    ],
    [
      'claims secrets that the plan does not have',
      [
        completed({
          outcome: 'failed',
          failureReason: 'secrets-not-delivered',
          lastStep: null,
          returnCode: null,
        }),
      ],
      'The run ended as failed in the journal where the plan goes on',
    ],
  ])('because it %s', (_what, events, expected) => {
    expect(walk(events).disagreement).toBe(expected);
  });

  it('keeps the first contradiction', () => {
    expect(walk([started(1), finished(1), finished(1)]).disagreement).toBe(
      'Step 1 started where the plan goes to 0',
    );
  });
});
