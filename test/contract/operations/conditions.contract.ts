import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Condition, conditionSchema } from '../../../src/packages/domain/condition/criterion-schema.js';
import { toPlanCondition } from '../../../src/packages/domain/condition/lower-condition.js';
import type { PlanStep } from '../../../src/packages/domain/execution-plan.js';
import type { EventOf, OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan } from './plans.js';
import { RunUnderTest } from './run-under-test.js';

const FILE = 'C:\\Windows\\Temp\\winch-condition.txt';
const MISSING = 'C:\\Windows\\Temp\\winch-no-such-file.txt';

/** A condition step as the package file has its condition. */
export function aCondition(condition: object, overrides: Partial<PlanStep> = {}): PlanStep {
  const launch = { form: 'condition', condition: planned(condition) } as const;
  return aLine('', { type: 'condition', launch, ...overrides });
}

function planned(condition: object) {
  const parsed: Condition = conditionSchema.parse(condition);
  return toPlanCondition(parsed);
}

/** What was found for each criterion, in order. */
export function readingsOf(
  log: OperationLog,
): Omit<EventOf<'step.criterion'>, 'seq' | 'at' | 'mono' | 'type' | 'index'>[] {
  const events = log.events().filter((event) => event.type === 'step.criterion');
  return events.map(({ criterion, found, met, problem }) => ({ criterion, found, met, problem }));
}

/** What condition steps and `detect` do (docs/developing/journal.md, `step.criterion`), on facts that every machine has. */
export function describeConditions(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
    await host.appendToFile(FILE, 'twelve bytes');
  });
  afterAll(() => host.close());

  const runOf = (...steps: readonly PlanStep[]): Promise<OperationLog> =>
    new RunUnderTest(host, aPlan(steps)).start().finished();

  it('tells for each criterion what was found, whether it is met or not', async () => {
    const log = await runOf(
      aCondition({
        any: [
          { file: { path: FILE } },
          { file: { path: MISSING } },
          { file: { path: FILE, sizeBytes: { equals: 12, lessThan: 12 } } },
          { file: { path: MISSING, version: { lessThan: '5.2.0.4' } } },
          { not: { file: { path: MISSING, exists: false } } },
        ],
      }),
    );

    expect(readingsOf(log)).toEqual([
      { criterion: 0, found: [FILE], met: true, problem: null },
      { criterion: 1, found: [], met: false, problem: null },
      { criterion: 2, found: ['12'], met: true, problem: null },
      { criterion: 3, found: ['12'], met: false, problem: null },
      { criterion: 4, found: [], met: false, problem: null },
      { criterion: 5, found: [], met: true, problem: null },
    ]);
    expect(log.event('step.finished')).toMatchObject({ returnCode: 0, verdict: 'success', problem: null });
  });

  it('knows the machine', async () => {
    const log = await runOf(
      aCondition({
        all: [
          {
            os: {
              name: { contains: 'windows' },
              build: { greaterOrEqual: 9600 },
              version: { greaterOrEqual: '6.3' },
            },
          },
          { os: { kind: { notEquals: 'server' } } },
          { architecture: { equals: 'x64' } },
          { powershell: { greaterOrEqual: '5.1' } },
          {
            disk: {
              drive: '%SystemDrive%',
              freeBytes: { greaterThan: 1000 },
              totalBytes: { greaterThan: 1000 },
            },
          },
          { memory: { freeBytes: { greaterThan: 1000 }, totalBytes: { greaterThan: 1000 } } },
          { process: { name: 'POWERSHELL' } },
          { process: { name: 'winch-no-such*', running: false } },
          { service: { name: 'winch-no-such', exists: false } },
          { product: { name: 'Winch no such *', exists: false } },
          { product: { code: '{00000000-0000-0000-0000-0000000000FF}', exists: false } },
          { registry: { key: 'HKLM\\SOFTWARE\\Winch no such', exists: false } },
          { rebootPending: false },
        ],
      }),
    );

    expect(readingsOf(log).filter(({ met }) => !met)).toEqual([]);
    expect(log.event('step.finished')).toMatchObject({ returnCode: 0, verdict: 'success' });
  });

  it('fails with 1 and takes the jump of failure', async () => {
    const condition = aCondition({ all: [{ file: { path: MISSING } }] }, { onFailure: 1 });
    const log = await runOf(condition, aLine('echo went on', { index: 1 }));

    expect(log.stepEnd(0)).toMatchObject({ returnCode: 1, verdict: 'failure', next: 1 });
    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded', lastStep: 1 });
  });

  // The package file refuses such a version; a value that was found may be as bad.
  const UNTELLABLE = { powershell: { lessThan: 'no version' } };

  it.each([
    ['is not met', { all: [UNTELLABLE] }],
    ['is not met under not either', { not: UNTELLABLE }],
    ['is not met beside what is met', { all: [{ file: { path: FILE } }, UNTELLABLE] }],
  ])('what cannot be told %s, and says why', async (_what, condition) => {
    const log = await runOf(aCondition(condition));

    expect(readingsOf(log).at(-1)).toMatchObject({ met: false, problem: expect.stringMatching(/version/) });
    expect(log.event('step.finished')).toMatchObject({ returnCode: 1, verdict: 'failure' });
  });

  describe('detect', () => {
    const there = planned({ all: [{ file: { path: FILE } }] });
    const missing = planned({ all: [{ file: { path: MISSING } }] });

    it('skips an installer whose software is there, says why, and goes where success leads', async () => {
      const log = await runOf(
        aLine('exit 7', { detect: there, onSuccess: 1 }),
        aLine('echo next', { index: 1 }),
      );

      expect(log.stepEnd(0)).toMatchObject({ returnCode: null, verdict: 'skipped', next: 1, problem: null });
      expect(log.stepEnd(0).detail).toContain('there already');
      expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded', lastStep: 1, returnCode: 0 });
    });

    it('lets it run where it is not', async () => {
      const log = await runOf(aLine('exit 7', { detect: missing, successCodes: [7] }));

      expect(readingsOf(log)).toEqual([{ criterion: 0, found: [], met: false, problem: null }]);
      expect(log.event('step.finished')).toMatchObject({ returnCode: 7, verdict: 'success' });
    });
  });
}
