import { describe, expect, it } from '@jest/globals';
import { aCommand, aPackage } from '../../../test/harness/builders/package.js';
import { aPlan } from '../../../test/harness/builders/walk-events.js';
import type { Outcome } from './outcome.js';
import { isSelected, rerunParameters, rerunStart } from './rerun.js';
import { initialStepRuns, type StepRun } from './step-run.js';

const PACKAGE = aPackage()
  .withStep(aCommand('Prepare'))
  .withStep(aCommand('Install', 'setup.exe', { onFailure: { step: 'Tidy up' } }))
  .withStep(aCommand('Configure'))
  .withStep(aCommand('Tidy up', 'del x', { onSuccess: 'stop-failure' }));
const PLAN = aPlan(PACKAGE);

type Verdicts = readonly (StepRun['verdict'] | 'cut off' | 'not begun')[];

/** A run whose steps ended so; the times rise in the order of the list. */
function anEarlierRun(outcome: Outcome, verdicts: Verdicts) {
  const steps = initialStepRuns(PLAN).map((step, index): StepRun => {
    const verdict = verdicts[index] ?? 'not begun';
    if (verdict === 'not begun') return { ...step, verdict: 'skipped' };
    const startedAt = `2026-11-24T10:00:0${index}.000Z`;
    return { ...step, startedAt, verdict: verdict === 'cut off' ? null : verdict };
  });
  return { outcome, steps };
}

describe('where a rerun begins', () => {
  it.each<[string, Outcome, Verdicts, number]>([
    ['with the step that failed', 'failed', ['success', 'success', 'failure'], 2],
    [
      'with the step that failed, not with the one that tidied up after it',
      'failed',
      ['success', 'failure', 'not begun', 'success'],
      1,
    ],
    ['with the step that exceeded its time', 'failed', ['success', 'timed-out'], 1],
    ['with the step in which the machine went down', 'interrupted', ['success', 'cut off'], 1],
    ['with the step that was due when it was cut off between two', 'interrupted', ['success', 'success'], 2],
    ['with the step that was cancelled', 'cancelled', ['success', 'cancelled'], 1],
    ['at the start when no step began', 'unreachable', [], 0],
    ['at the start when the earlier run was a success', 'succeeded', ['success', 'success', 'success'], 0],
  ])('%s', (_where, outcome, verdicts, start) => {
    expect(rerunStart(PLAN, anEarlierRun(outcome, verdicts), 'failed-step')).toBe(start);
  });

  it('at the start where that is asked for', () => {
    const failed = anEarlierRun('failed', ['success', 'success', 'failure']);

    expect(rerunStart(PLAN, failed, 'start')).toBe(0);
  });

  it('with the later of two steps that began in the same instant', () => {
    const { steps } = anEarlierRun('interrupted', ['success', 'cut off']);
    const sameInstant = steps.map((step) => ({ ...step, startedAt: step.startedAt && 'same' }));

    expect(rerunStart(PLAN, { outcome: 'interrupted', steps: sameInstant }, 'failed-step')).toBe(1);
  });
});

describe('which runs are run again', () => {
  it.each<[Outcome, boolean]>([
    ['failed', true],
    ['timed-out', true],
    ['cancelled', true],
    ['unreachable', true],
    ['blocked', true],
    ['expired', true],
    ['interrupted', true],
    ['unknown', true],
    ['succeeded', false],
    ['succeeded-reboot-required', false],
  ])('of those that ended as %s: %s for "failed"', (outcome, selected) => {
    expect(isSelected({ outcome, failureReason: null }, { only: 'failed' })).toBe(selected);
  });

  it('all that have finished for "all", and no other', () => {
    expect(isSelected({ outcome: 'succeeded', failureReason: null }, { only: 'all' })).toBe(true);
    expect(isSelected({ outcome: null, failureReason: null }, { only: 'all' })).toBe(false);
  });

  it('of some reasons only those that ended for one of them', () => {
    const order = { only: 'failed', failureReasons: ['connection-refused'] } as const;

    expect(isSelected({ outcome: 'unreachable', failureReason: 'connection-refused' }, order)).toBe(true);
    expect(isSelected({ outcome: 'failed', failureReason: 'step-failed' }, order)).toBe(false);
    expect(isSelected({ outcome: 'succeeded', failureReason: null }, order)).toBe(false);
  });
});

describe('the parameters of a rerun', () => {
  const declared = aPackage()
    .withParameter('EDITION', { default: 'full' })
    .withParameter('TOKEN', { secret: true })
    .withStep(aCommand('One', 'echo {EDITION}'))
    .build().parameters;

  it('are those of before, with the secrets given again', () => {
    const result = rerunParameters(declared, { EDITION: 'lite' }, { token: 'abc' });

    expect(result).toEqual({ ok: true, parameters: { EDITION: 'lite', token: 'abc' } });
  });

  it('name every secret that is missing', () => {
    const result = rerunParameters(declared, { EDITION: 'lite' }, {});

    expect(result).toMatchObject({
      ok: false,
      faults: [{ pointer: '/parameters/TOKEN', code: 'parameter-missing' }],
    });
  });

  it('refuse another value for one that is not secret', () => {
    const result = rerunParameters(declared, { EDITION: 'lite' }, { EDITION: 'full', TOKEN: 'abc' });

    expect(result).toMatchObject({
      ok: false,
      faults: [{ pointer: '/parameters/EDITION', code: 'not-allowed' }],
    });
  });
});
