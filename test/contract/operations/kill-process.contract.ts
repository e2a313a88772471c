import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { PlanLaunch, PlanStep } from '../../../src/packages/domain/execution-plan.js';
import type { OperationLog } from './operation-log.js';
import type { MakeOperationsHost, OperationsHost } from './operations-host.js';
import { aLine, aPlan } from './plans.js';
import { eventually, RunUnderTest } from './run-under-test.js';

type KillLaunch = Extract<PlanLaunch, { form: 'kill-process' }>;

const LAUNCH: KillLaunch = {
  form: 'kill-process',
  images: [],
  pids: [],
  force: true,
  children: false,
  graceSeconds: 0,
  notRunning: 'success',
};

function aKill(launch: Partial<KillLaunch>, overrides: Partial<PlanStep> = {}): PlanStep {
  return aLine('', { type: 'kill-process', launch: { ...LAUNCH, ...launch }, ...overrides });
}

/** What kill-process steps do (docs/guide/packages.md). They work on `ping.exe`, which every machine has. */
export function describeKillProcess(makeHost: MakeOperationsHost): void {
  let host: OperationsHost;
  beforeAll(async () => {
    host = await makeHost();
  });
  afterAll(() => host.close());

  const runOf = (...steps: readonly PlanStep[]): Promise<OperationLog> =>
    new RunUnderTest(host, aPlan(steps)).start().finished();

  const pidsOf = async (echoes: number, image = 'ping'): Promise<number[]> =>
    (await host.processes())
      .filter(
        ({ commandLine, name }) =>
          name.toLowerCase() === `${image}.exe` && commandLine.includes(`-n ${echoes} `),
      )
      .map(({ pid }) => pid);

  const start = async (line: string): Promise<void> => {
    if (host.startProgram !== undefined) return host.startProgram(line);
    await runOf(aLine(`start /b ${line}`));
  };

  /** Starts programs that no step waits for, and gives the id of the first. */
  const leftBehind = async (echoes: number, line = `ping -n ${echoes} 127.0.0.1`): Promise<number> => {
    await start(line);
    await eventually(async () => (await pidsOf(echoes)).length > 0, 'the program runs');
    return (await pidsOf(echoes))[0] ?? 0;
  };

  it.each([
    ['its image name', 631, 'PING.exe'],
    ['a pattern', 632, 'pin*.e*'],
  ])('ends a program by %s and tells which it was', async (_how, echoes, image) => {
    const pid = await leftBehind(echoes);

    const log = await runOf(aKill({ images: [image] }));

    expect(log.event('step.finished')).toMatchObject({ returnCode: 0, verdict: 'success', problem: null });
    expect(log.output()).toMatch(
      new RegExp(`^Ended by force: ping\\.exe \\(pid ${pid}, session \\d+\\)`, 'im'),
    );
    expect(await pidsOf(echoes)).toEqual([]);
  });

  it('ends one process by its id and leaves others of its name alone', async () => {
    const pid = await leftBehind(633);
    const other = await leftBehind(634);

    const log = await runOf(aKill({ pids: [pid] }));

    expect(log.event('step.finished')).toMatchObject({ returnCode: 0, outputTruncated: false });
    expect([await pidsOf(633), await pidsOf(634)]).toEqual([[], [other]]);
    await host.endProcess(other);
  });

  it.each([
    [true, []],
    [false, [635]],
  ])('with children %s leaves %j of what the process has started', async (children, left) => {
    await leftBehind(635, 'cmd /d /c ping -n 635 127.0.0.1');
    const [parent = 0] = await pidsOf(635, 'cmd');

    const log = await runOf(aKill({ pids: [parent], children }));

    expect(log.event('step.finished')).toMatchObject({ returnCode: 0 });
    const orphans = await pidsOf(635);
    expect(orphans.map(() => 635)).toEqual(left);
    for (const pid of orphans) await host.endProcess(pid);
  });

  it.each([
    ['success', 0],
    ['failure', 1],
  ] as const)(
    'gives %s when nothing that matches is running, where the plan says so',
    async (notRunning, code) => {
      const log = await runOf(aKill({ images: ['winch-no-such.exe'], pids: [2_000_000_011], notRunning }));

      expect(log.event('step.finished')).toMatchObject({ returnCode: code, verdict: notRunning });
      expect(log.output()).toContain('Not running: winch-no-such.exe, pid 2000000011');
    },
  );

  it('fails without force when a program has no window that could be closed', async () => {
    const pid = await leftBehind(636);

    const log = await runOf(aKill({ pids: [pid], force: false, graceSeconds: 1 }));

    expect(log.event('step.finished')).toMatchObject({ returnCode: 1, verdict: 'failure' });
    expect(log.output('stderr')).toMatch(new RegExp(`^Still running: ping\\.exe \\(pid ${pid}, `, 'i'));
    expect(await pidsOf(636)).toEqual([pid]);
    await host.endProcess(pid);
  });

  it('leaves the runner alone, whatever name is given', async () => {
    const run = new RunUnderTest(host, aPlan([aKill({ images: ['powershell*'] })]));
    run.start();
    await eventually(async () => (await run.journal()).includes('final-action.'), 'the journal is complete');

    const log = await run.follow().finished();

    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded' });
    const own = `powershell.exe (pid ${log.event('run.started').pid}, session `;
    expect(log.output().toLowerCase()).toMatch(/^left alone, winch or windows itself needs it: /);
    expect(log.output().toLowerCase()).toContain(own);
  });
}
