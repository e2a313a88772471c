import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { ExecutionPlan } from '../../../src/packages/domain/execution-plan.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan } from './plans.js';
import { runnerPidOf, RunUnderTest } from './run-under-test.js';

/** A second start at each point of a run that finished-run.contract.ts and long-run.contract.ts do not show. */
export function describeStartAgain(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  /** A run of which a start has come no further than to its folder. */
  const begun = async (plan: Partial<ExecutionPlan> = {}): Promise<RunUnderTest> => {
    const run = new RunUnderTest(host, aPlan([aLine('echo from the second start')], plan));
    await run.start({ startBefore: '2020-01-01T00:00:00.000Z' }).finished();
    return run;
  };

  it('before the task was registered: goes on with the plan that lies there', async () => {
    const run = await begun();
    const earlier = { ...aPlan([aLine('echo from the first start')]), targetRunId: run.id };
    await host.appendToFile(`${run.folder}\\plan.json`, JSON.stringify(earlier));

    const log = await run.start().finished();

    expect(log.own('attached')).toMatchObject([{ started: true }]);
    expect(log.output().trim()).toBe('from the first start');
  });

  it('after the claim, when the runner has ended before its journal began: starts nothing', async () => {
    const other = await new RunUnderTest(host, aPlan([aLine('echo other')])).start().finished();
    const { bootId } = other.event('run.started');
    const run = await begun();
    const claim = { pid: 999_998, startedAt: '2020-01-01T00:00:00.000Z', bootId };
    await host.appendToFile(`${run.folder}\\plan.json`, '{}');
    await host.appendToFile(`${run.folder}\\claimed`, `${JSON.stringify(claim)}\n`);

    const log = await run.start().finished();

    expect(log.own('attached')).toMatchObject([{ started: false }]);
    expect(log.endReason()).toBe('runner-gone');
    expect(log.journalLines()).toEqual([]);
  });

  it('while the runner waits for its secrets: brings them', async () => {
    const plan = aPlan([aLine('echo [%WINCH_TOKEN%]')], { secretNames: ['WINCH_TOKEN', 'WINCH_OTHER'] });
    const run = new RunUnderTest(host, plan, ['yes', 'second']);
    const first = run.start({ secrets: [] });
    await first.untilEvent('secrets.requested');

    const second = await run.start({ epoch: 2 }).finished();

    expect(second.own('attached')).toMatchObject([{ started: false }]);
    expect(second.output().trim()).toBe('[yes]');
  });

  it('while a step runs, and between two: follows only', async () => {
    const steps = [aLine('echo one& ping -n 3 127.0.0.1 >nul'), aLine('echo two'), aLine('exit 3010')];
    const run = new RunUnderTest(host, aPlan(steps));
    const first = run.start();
    await first.untilEvent('step.output');
    const during = run.start({ epoch: 2 });
    await during.untilEvent('step.finished');

    const between = await run.start({ epoch: 3 }).finished();

    expect(between.own('attached')).toMatchObject([{ started: false }]);
    expect(between.eventsOf('step.started').map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(between.journalLines().join('\n')).toBe((await run.journal()).trimEnd());
  });

  it('while the runner waits to log users off: the journal is complete, the run not yet cleaned up', async () => {
    const finalAction = { action: 'log-off', waitSeconds: 600, message: '', when: 'always' } as const;
    const run = new RunUnderTest(host, aPlan([aLine('exit 0')], { finalAction }));
    await run.start().finished();

    const again = await run.start().finished();
    const cleanup = await run.cleanup();

    expect(again.event('final-action.started')).toMatchObject({ action: 'log-off', waitSeconds: 600 });
    expect(again.endReason()).toBe('journal-complete');
    expect(cleanup.own('cleanup')).toMatchObject([{ result: 'pending' }]);
    await host.endProcess(runnerPidOf(await host.readFile(`${run.folder}\\claimed`)));
  });
}
