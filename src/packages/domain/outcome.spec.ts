import { FAILURE_REASONS } from '../../deployments/domain/failure-reason.js';
import { OUTCOMES } from '../../deployments/domain/outcome.js';
import { RUNNER_OUTCOMES, type JournalEvent } from '../../target/journal.js';
import { aCommand, aPackage } from '../../../test/harness/builders/package.js';
import {
  aPlan,
  completed,
  finalActionSkipped,
  finished,
  retried,
  started,
  type Completion,
} from '../../../test/harness/builders/walk-events.js';
import {
  advancePlanWalk,
  computeOutcome,
  initialPlanWalk,
  planWalkSchema,
  type PlanWalk,
  type WalkEvent,
} from './outcome.js';
import { RUN_OUTCOMES, WALK_FAILURE_REASONS } from './run-end.js';

const twoSteps = aPackage().withStep(aCommand('One')).withStep(aCommand('Two'));
const withReboot = twoSteps.with({ finalAction: { action: 'reboot' } });
const stepOne = [started(0), finished(0, { next: 1 })];
const bothSteps = [...stepOne, started(1), finished(1)];

function walk(
  events: readonly WalkEvent[],
  builder = twoSteps,
  parameters: Record<string, string> = {},
): PlanWalk {
  return computeOutcome(aPlan(builder, parameters), events);
}

function resultOf({ outcome, failureReason, rebootRequired, disagreement }: PlanWalk) {
  return { outcome, failureReason, rebootRequired, disagreement };
}

describe('computeOutcome of a journal that agrees with its plan', () => {
  it('is succeeded', () => {
    expect(walk([...bothSteps, completed(), finalActionSkipped('none')])).toEqual({
      expected: null,
      running: null,
      truths: [],
      lastStep: 1,
      returnCode: 0,
      rebootRequired: false,
      rebootAfterSuccess: false,
      end: 'stop-success',
      stepFailure: null,
      outcome: 'succeeded',
      failureReason: null,
      closed: true,
      disagreement: null,
    });
  });

  const soft = [started(0), finished(0, { returnCode: 3010, next: 1 }), started(1), finished(1)];
  const hardLast = [...stepOne, started(1), finished(1, { returnCode: 1641 })];
  const hardFirst = [started(0), finished(0, { returnCode: 1641, next: null })];
  const failed = [started(0), finished(0, { returnCode: 1603, verdict: 'failure', next: 'stop-failure' })];
  const notFound = [
    started(0),
    finished(0, { returnCode: null, verdict: 'failure', next: 'stop-failure', problem: 'not-found' }),
  ];
  const notStartable = [
    started(0),
    finished(0, { returnCode: null, verdict: 'failure', next: 'stop-failure', problem: 'not-startable' }),
  ];
  const stepTimedOut = [
    started(0),
    finished(0, { returnCode: null, verdict: 'timed-out', next: 'stop-failure' }),
  ];
  const timedOut = [started(0), finished(0, { returnCode: null, verdict: 'timed-out', next: null })];
  const cancelled = [started(0), finished(0, { returnCode: null, verdict: 'cancelled', next: null })];

  it.each<[string, WalkEvent[], Completion, object]>([
    [
      'succeeded-reboot-required after a soft reboot code',
      soft,
      { outcome: 'succeeded-reboot-required', rebootRequired: true },
      { outcome: 'succeeded-reboot-required', failureReason: null, rebootRequired: true },
    ],
    [
      'succeeded-reboot-required after a hard reboot code of the last step',
      hardLast,
      { outcome: 'succeeded-reboot-required', returnCode: 1641, rebootRequired: true },
      { outcome: 'succeeded-reboot-required', failureReason: null, rebootRequired: true },
    ],
    [
      'interrupted after a hard reboot code before another step',
      hardFirst,
      { outcome: 'interrupted', lastStep: 0, returnCode: 1641, rebootRequired: true },
      { outcome: 'interrupted', failureReason: 'reboot-started-by-step', rebootRequired: true },
    ],
    [
      'failed',
      failed,
      { outcome: 'failed', lastStep: 0, returnCode: 1603 },
      { outcome: 'failed', failureReason: 'step-failed', rebootRequired: false },
    ],
    [
      'failed because a program is missing',
      notFound,
      { outcome: 'failed', lastStep: 0, returnCode: null },
      { outcome: 'failed', failureReason: 'program-not-found', rebootRequired: false },
    ],
    [
      'failed because a program does not start',
      notStartable,
      { outcome: 'failed', lastStep: 0, returnCode: null },
      { outcome: 'failed', failureReason: 'program-not-startable', rebootRequired: false },
    ],
    [
      'failed by the time-out of a step',
      stepTimedOut,
      { outcome: 'failed', lastStep: 0, returnCode: null },
      { outcome: 'failed', failureReason: 'step-timed-out', rebootRequired: false },
    ],
    [
      'timed-out by the maximum duration',
      timedOut,
      { outcome: 'timed-out', lastStep: 0, returnCode: null },
      { outcome: 'timed-out', failureReason: 'maximum-duration', rebootRequired: false },
    ],
    [
      'timed-out between two steps',
      stepOne,
      { outcome: 'timed-out', lastStep: 0 },
      { outcome: 'timed-out', failureReason: 'maximum-duration', rebootRequired: false },
    ],
    [
      'cancelled in a step',
      cancelled,
      { outcome: 'cancelled', lastStep: 0, returnCode: null },
      { outcome: 'cancelled', failureReason: 'cancelled', rebootRequired: false },
    ],
    [
      'cancelled before the first step',
      [],
      { outcome: 'cancelled', lastStep: null, returnCode: null },
      { outcome: 'cancelled', failureReason: 'cancelled', rebootRequired: false },
    ],
    [
      'failed by an error of the runner in a step',
      [started(0)],
      { outcome: 'failed', failureReason: 'runner-error', lastStep: 0, returnCode: null },
      { outcome: 'failed', failureReason: 'runner-error', rebootRequired: false },
    ],
    [
      'failed by an error of the runner after the last step',
      bothSteps,
      { outcome: 'failed', failureReason: 'runner-error' },
      { outcome: 'failed', failureReason: 'runner-error', rebootRequired: false },
    ],
    [
      'succeeded after a retry',
      [started(0), retried(0, 1618), retried(0, 1618), finished(0, { next: 1 }), started(1), finished(1)],
      {},
      { outcome: 'succeeded', failureReason: null, rebootRequired: false },
    ],
  ])('is %s', (_what, events, completion, expected) => {
    expect(resultOf(walk([...events, completed(completion)]))).toEqual({ ...expected, disagreement: null });
  });

  it('is succeeded without a step when every step is disabled', () => {
    const nothing = aPackage().withStep(aCommand('One', 'echo', { enabled: false }));

    const result = walk(
      [completed({ lastStep: null, returnCode: null }), finalActionSkipped('none')],
      nothing,
    );

    expect(resultOf(result)).toEqual({
      outcome: 'succeeded',
      failureReason: null,
      rebootRequired: false,
      disagreement: null,
    });
  });

  it('notes a reboot code that was no success without calling the run a success that needs it', () => {
    const tolerant = aPackage().withStep(
      aCommand('One', 'x', { successCodes: [0], onFailure: 'stop-success' }),
    );

    const result = walk(
      [
        started(0),
        finished(0, { returnCode: 3010, verdict: 'failure' }),
        completed({ lastStep: 0, returnCode: 3010, rebootRequired: true }),
      ],
      tolerant,
    );

    expect(resultOf(result)).toEqual({
      outcome: 'succeeded',
      failureReason: null,
      rebootRequired: true,
      disagreement: null,
    });
  });

  it('is failed when the secrets did not come', () => {
    const secret = twoSteps.withParameter('TOKEN', { secret: true });
    const completion = completed({
      outcome: 'failed',
      failureReason: 'secrets-not-delivered',
      lastStep: null,
      returnCode: null,
    });

    const result = walk([{ type: 'secrets.requested' }, completion, finalActionSkipped('none')], secret, {
      TOKEN: 'x',
    });

    expect(resultOf(result)).toEqual({
      outcome: 'failed',
      failureReason: 'secrets-not-delivered',
      rebootRequired: false,
      disagreement: null,
    });
  });

  it('goes round a loop as often as the plan does', () => {
    const loop = aPackage().withStep(aCommand('One', 'x', { onFailure: { step: 'One' } }));
    const round = [started(0), finished(0, { returnCode: 1, verdict: 'failure', next: 0 })];

    const result = walk([...round, ...round, started(0), finished(0), completed({ lastStep: 0 })], loop);

    expect(resultOf(result)).toEqual({
      outcome: 'succeeded',
      failureReason: null,
      rebootRequired: false,
      disagreement: null,
    });
  });
});

describe('a plan walk', () => {
  it('goes on from its JSON at any event', () => {
    const plan = aPlan(withReboot);
    const events: WalkEvent[] = [
      ...bothSteps,
      completed(),
      { type: 'final-action.started', action: 'reboot' },
    ];

    const step = (state: PlanWalk, event: WalkEvent) =>
      advancePlanWalk(planWalkSchema.parse(JSON.parse(JSON.stringify(state))), event, plan);

    expect(events.reduce(step, initialPlanWalk(plan))).toEqual(computeOutcome(plan, events));
  });

  it('takes the events of the journal as they are', () => {
    const event: JournalEvent = {
      seq: 1,
      at: '2026-01-01T00:00:00Z',
      mono: 0,
      type: 'step.started',
      index: 0,
    };

    expect(advancePlanWalk(initialPlanWalk(aPlan(twoSteps)), event, aPlan(twoSteps)).running).toBe(0);
  });

  it('speaks the words of the public lists', () => {
    expect([...RUN_OUTCOMES]).toEqual([...RUNNER_OUTCOMES]);
    expect(OUTCOMES).toEqual(expect.arrayContaining([...RUN_OUTCOMES]));
    expect(FAILURE_REASONS).toEqual(expect.arrayContaining([...WALK_FAILURE_REASONS]));
  });
});
