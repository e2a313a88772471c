import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { MachineProcess } from '../../windows-host/model/machine.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan, aProgram } from './plans.js';
import { eventually, RunUnderTest } from './run-under-test.js';

/** Timeouts, the maximum duration and cancelling end the whole tree of a step (DESIGN section 5). */
export function describeKilling(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  /** Each test waits on its own number of echoes, so that its tree can be told from others. */
  const mentioning = async (echoes: number): Promise<MachineProcess[]> =>
    (await host.processes()).filter(({ commandLine }) => commandLine.includes(`-n ${echoes} `));
  const echoing = async (echoes: number): Promise<MachineProcess | undefined> =>
    (await mentioning(echoes)).find(({ commandLine }) => /^\S*ping(?:\.exe)?"?\s/i.test(commandLine));
  const isLeft = async (echoes: number): Promise<boolean> => (await mentioning(echoes)).length > 0;

  /** Whether the runner knows that a process is its step's; the stand-in knows from its beginning. */
  const isWatched = async (run: RunUnderTest, pid: number): Promise<boolean> =>
    !host.runsScripts || ((await host.readFile(`${run.folder}\\watch`)) ?? '').includes(`"id":${pid},`);

  const reboot = { action: 'reboot', waitSeconds: 60, message: '', when: 'always' } as const;

  it('ends a step at its timeout and takes the jump of a failure', async () => {
    const steps = [
      aLine('ping -n 611 127.0.0.1', { timeoutSeconds: 1, onFailure: 1 }),
      aLine('echo after', { onSuccess: 'stop-success' }),
    ];

    const log = await new RunUnderTest(host, aPlan(steps)).start().finished();

    expect(log.eventsOf('step.finished')[0]).toMatchObject({
      returnCode: null,
      verdict: 'timed-out',
      next: 1,
    });
    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded', lastStep: 1 });
    expect(await isLeft(611)).toBe(false);
  });

  it('fails by a timeout when the plan stops there', async () => {
    const steps = [aLine('ping -n 612 127.0.0.1', { timeoutSeconds: 1 })];

    const log = await new RunUnderTest(host, aPlan(steps)).start().finished();

    expect(log.event('run.completed')).toMatchObject({ outcome: 'failed', failureReason: 'step-timed-out' });
    expect(await isLeft(612)).toBe(false);
  });

  it('ends the run at its maximum duration and takes the final action', async () => {
    const plan = aPlan([aLine('ping -n 613 127.0.0.1'), aLine('echo never')], {
      maxDurationSeconds: 2,
      finalAction: reboot,
    });

    const log = await new RunUnderTest(host, plan).start().finished();

    expect(log.event('step.finished')).toMatchObject({ verdict: 'timed-out', next: null });
    expect(log.event('run.completed')).toMatchObject({
      outcome: 'timed-out',
      failureReason: 'maximum-duration',
    });
    expect(log.event('final-action.started')).toMatchObject({ action: 'reboot' });
    expect(await isLeft(613)).toBe(false);
  });

  it('ends a step that is cancelled, takes no final action and does so once', async () => {
    const run = new RunUnderTest(
      host,
      aPlan([aLine('echo begun& ping -n 614 127.0.0.1')], { finalAction: reboot }),
    );
    const log = run.start();
    await eventually(() => echoing(614), 'the program runs');

    const first = await run.cancel();
    await log.finished();
    const second = await run.cancel();

    expect(first.own('cancel')).toMatchObject([{ result: 'flagged' }]);
    expect(second.own('cancel')).toMatchObject([{ result: 'not-running' }]);
    expect(log.event('step.finished')).toMatchObject({ returnCode: null, verdict: 'cancelled', next: null });
    expect(log.event('run.completed')).toMatchObject({ outcome: 'cancelled', failureReason: 'cancelled' });
    expect(log.event('final-action.skipped')).toMatchObject({ reason: 'cancelled' });
    expect(await isLeft(614)).toBe(false);
  });

  it('has nothing to cancel where there is no run', async () => {
    const log = await new RunUnderTest(host, aPlan([])).cancel();

    expect(log.own('cancel')).toMatchObject([{ result: 'nothing-there' }]);
  });

  it('ends the whole tree', async () => {
    const nested = 'cmd /d /c "cmd /d /c ping -n 615 127.0.0.1"';
    const run = new RunUnderTest(host, aPlan([aLine(nested)]));
    const log = run.start();
    await eventually(() => echoing(615), 'the innermost program runs');

    await run.cancel();
    await log.finished();

    expect(await isLeft(615)).toBe(false);
  });

  it('ends a program whose own parent has ended before', async () => {
    const leave =
      host.leavingBehind ?? ((line) => `cmd /d /c "start /b ${line}& ping -n 619 127.0.0.1 >nul"`);
    const line = `${leave('ping -n 616 127.0.0.1', 600)}& ping -n 617 127.0.0.1`;
    const run = new RunUnderTest(host, aPlan([aLine(line)]));
    const log = run.start();
    const child = await eventually(() => echoing(616), 'the program runs');
    await eventually(() => isWatched(run, child.pid), 'the runner has seen it');

    await host.endProcess(child.parentPid);
    await eventually(() => echoing(617), 'its parent has ended, and the step goes on');
    await run.cancel();
    await log.finished();

    expect([await isLeft(616), await isLeft(617), await isLeft(619)]).toEqual([false, false, false]);
  });

  it('waits for what a program has started where the plan says so', async () => {
    const leave = host.leavingBehind ?? ((line) => `start /b ${line}`);
    const launch = aProgram('cmd.exe', `/d /s /c "${leave('ping -n 5 127.0.0.1', 1)}"`);

    const log = await new RunUnderTest(
      host,
      aPlan([aLine('', { launch: { ...launch, waitForChildren: true } })]),
    )
      .start()
      .finished();

    expect(log.event('step.finished')).toMatchObject({ returnCode: 0, verdict: 'success' });
    expect(await isLeft(5)).toBe(false);
    expect(log.event('step.finished').durationMs).toBeGreaterThan(3000);
  });

  it('does not wait for what a step leaves behind', async () => {
    const log = await new RunUnderTest(host, aPlan([aLine('start /b ping -n 618 127.0.0.1')]))
      .start()
      .finished();

    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded' });
    const orphan = await echoing(618);
    if (orphan !== undefined) await host.endProcess(orphan.pid);
  });
}
