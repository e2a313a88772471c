import {
  aPlan,
  completed,
  finalActionSkipped,
  finished,
  started,
} from '../../../test/harness/builders/walk-events.js';
import { aPackage } from '../../../test/harness/builders/package.js';
import type { ExecutionPlan } from './execution-plan.js';
import { computeOutcome, type WalkEvent } from './outcome.js';
import { parsePackageFile } from './package-file.js';
import type { StepCriterion } from './walk-criteria.js';

const version = { file: { path: 'C:\\app.exe', version: { lessThan: '5.2.0.4' } } };

function planOf(step: object): ExecutionPlan {
  const parsing = parsePackageFile({ name: 'P', steps: [{ name: 'A', ...step }] });
  if (!parsing.ok) throw new Error(JSON.stringify(parsing.faults));
  const [only] = parsing.package.steps;
  if (only === undefined) throw new Error('The package has no step');
  return aPlan(aPackage().with({ steps: [only] }));
}

const condition = planOf({ type: 'condition', all: [version] });
const detecting = planOf({ type: 'installer', path: 'C:\\app.msi', detect: { all: [version] } });

function criterion(fields: Partial<StepCriterion>): StepCriterion {
  return {
    type: 'step.criterion',
    index: 0,
    criterion: 0,
    found: ['5.2.0.3'],
    met: true,
    problem: null,
    ...fields,
  };
}

const disagreementOf = (plan: ExecutionPlan, ...events: readonly WalkEvent[]) =>
  computeOutcome(plan, [started(0), ...events]).disagreement;

describe('computeOutcome of criteria', () => {
  it('agrees with a condition that is met', () => {
    const events = [
      started(0),
      criterion({}),
      finished(0),
      completed({ lastStep: 0 }),
      finalActionSkipped('none'),
    ];

    expect(computeOutcome(condition, events)).toMatchObject({ outcome: 'succeeded', disagreement: null });
  });

  it('agrees with an installer that is skipped', () => {
    const skipped = finished(0, { returnCode: null, verdict: 'skipped' });

    expect(disagreementOf(detecting, criterion({}), skipped)).toBeNull();
  });

  it.each<[string, WalkEvent[], RegExp]>([
    [
      'a version that is not lower is called met',
      [criterion({ found: ['5.2.0.4'] })],
      /not met by what was found/,
    ],
    ['a version that is lower is called not met', [criterion({ met: false })], /is met by what was found/],
    [
      'what could not be evaluated is called met',
      [criterion({ problem: 'Access denied' })],
      /not met by what was found/,
    ],
    ['a criterion is passed over', [criterion({ criterion: 1 })], /no criterion 1/],
    [
      'the code is not what the criteria say',
      [criterion({}), finished(0, { returnCode: 1, verdict: 'failure', next: 'stop-failure' })],
      /by what was found it is 0/,
    ],
    ['criteria are missing', [finished(0)], /after 0 of 1 criteria/],
  ])('disagrees when %s', (_what, events, expected) => {
    expect(disagreementOf(condition, ...events)).toMatch(expected);
  });

  it('disagrees when an installer is skipped though nothing was detected', () => {
    const events = [
      criterion({ found: [], met: false }),
      finished(0, { returnCode: null, verdict: 'skipped' }),
    ];

    expect(disagreementOf(detecting, ...events)).toMatch(/failure by the plan, skipped in the journal/);
  });
});
