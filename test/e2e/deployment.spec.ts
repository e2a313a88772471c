import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DeploymentView } from '../../src/deployments/api/deployments.dto.js';
import type { LogRecordView } from '../../src/deployments/api/log.dto.js';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RunEvent } from '../harness/client.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

let winch: Winch;

beforeAll(async () => {
  winch = await Winch.start();
});

afterAll(() => winch.close());

describe('one deployment to three hosts', () => {
  let good: RegisteredHost;
  let bad: RegisteredHost;
  let deployment: DeploymentView;
  let runs: readonly RunView[];

  beforeAll(async () => {
    const programs = { 'prepare.exe': { output: ['Preparing'] } };
    good = await winch.addHost('PC-0001', {
      patch: { programs: { ...programs, 'setup.exe': { output: ['Copying', 'Done'], exitCode: 3010 } } },
    });
    bad = await winch.addHost('PC-0002', {
      patch: { programs: { ...programs, 'setup.exe': { output: ['Copying'], exitCode: 1603 } } },
    });
    await winch.addUnreachableAsset('PC-0003');
    await winch.addPackage(
      aPackage('Three ways')
        .withStep(aCommand('Prepare', 'prepare.exe'))
        .withStep(aCommand('Install', 'setup.exe'))
        .withStep(aCommand('Tidy up', 'echo tidy')),
    );
    const order = {
      package: 'Three ways',
      targets: { assets: ['PC-0001', 'PC-0002', 'PC-0003'] },
      ticket: { system: 'servicenow', id: 'CHG0031337' },
    };
    deployment = await winch.client.finished((await winch.client.deploy(order)).id);
    for (const run of await winch.client.runs(deployment.id)) await winch.client.settled(run.id);
    runs = await winch.client.runs(deployment.id);
  });

  it('ends each run with its own outcome', () => {
    expect(runs.map(({ asset, outcome, failureReason }) => [asset.name, outcome, failureReason])).toEqual([
      ['PC-0001', 'succeeded-reboot-required', null],
      ['PC-0002', 'failed', 'step-failed'],
      ['PC-0003', 'unreachable', 'connection-refused'],
    ]);
    expect(deployment.counts).toEqual({
      total: 3,
      byState: { finished: 3 },
      byOutcome: { 'succeeded-reboot-required': 1, failed: 1, unreachable: 1 },
    });
  });

  it('shows every step with its code, verdict and next step', () => {
    expect(runs.map((run) => run.steps.map(stepOf))).toEqual([
      [
        ['Prepare', 'finished', 0, 'success', 'Install'],
        ['Install', 'finished', 3010, 'success', 'Tidy up'],
        ['Tidy up', 'finished', 0, 'success', 'stop-success'],
      ],
      [
        ['Prepare', 'finished', 0, 'success', 'Install'],
        ['Install', 'finished', 1603, 'failure', 'stop-failure'],
        ['Tidy up', 'finished', null, 'skipped', null],
      ],
      [
        ['Prepare', 'finished', null, 'skipped', null],
        ['Install', 'finished', null, 'skipped', null],
        ['Tidy up', 'finished', null, 'skipped', null],
      ],
    ]);
  });

  it('says what went wrong and what to check next', () => {
    expect(runs.map(({ failureDetail }) => failureDetail)).toEqual([
      '',
      'Step 2 "Install" returned 1603: Fatal error during installation',
      expect.stringMatching(/^Could not connect to 127\.0\.0\.1:\d+: the port is closed/),
    ]);
    expect(runs.map(({ hint }) => hint)).toEqual([
      null,
      expect.stringMatching(/^[A-Z].+[^.]$/),
      expect.stringContaining('Enable-PSRemoting'),
    ]);
  });

  it('records one log entry per run, the ticket with the deployment', async () => {
    const log = await winch.client.log(`&deploymentId=${deployment.id}`);

    const entries = new Map(log.map((entry) => [entry.asset, entry]));
    expect(runs.map(({ asset }) => entryOf(entries.get(asset.name)))).toEqual([
      ['succeeded-reboot-required', 0, 'Tidy up', 1, 'system', 'stand-in'],
      ['failed', 1603, 'Install', 1, 'system', 'stand-in'],
      ['unreachable', null, null, 1, 'system', null],
    ]);
    expect(log.map((entry) => entry.executor)).toEqual(Array(3).fill(deployment.executor));
    expect(deployment.ticket).toEqual({ system: 'servicenow', id: 'CHG0031337' });
  });

  it('numbers the events of each run from 1 without gaps, from run.queued to the clean-up', async () => {
    const types = await Promise.all(runs.map(async (run) => (await winch.client.events(run.id)).map(short)));

    expect(types[0]).toEqual([
      '1 run.queued',
      '2 run.connecting',
      '3 run.starting',
      '4 run.attached',
      '5 run.started',
      '6 step.started',
      '7 step.output',
      '8 step.finished',
      '9 step.started',
      '10 step.output',
      '11 step.finished',
      '12 step.started',
      '13 step.output',
      '14 step.finished',
      '15 run.completed',
      '16 final-action.skipped',
      '17 run.finished',
      '18 cleanup.finished',
    ]);
    expect(types[1]?.at(-4)).toBe('12 run.completed');
    expect(types[2]).toEqual(['1 run.queued', '2 run.connecting', '3 run.finished']);
  });

  it('keeps the output of the run and of one step', async () => {
    const [run] = runs;

    expect(await winch.client.output(run?.id ?? '')).toBe('Preparing\r\nCopying\r\nDone\r\ntidy\r\n');
    const ofStep = await winch.client.request('GET', `/runs/${run?.id}/output?step=install`);
    expect(ofStep.text).toBe('Copying\r\nDone\r\n');
    expect(ofStep.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('starts each program once and leaves only the tombstone on the hosts', () => {
    expect([good.startsOf('setup.exe'), bad.startsOf('setup.exe'), bad.startsOf('prepare.exe')]).toEqual([
      1, 1, 1,
    ]);
    expect(bad.startedWith('tidy')).toEqual([]);
    expect(good.runFiles().map((path) => path.split('\\').at(-1))).toEqual(['claimed']);
    expect([good.running(), good.backend.tasks(), good.host.shells()]).toEqual([[], [], []]);
  });
});

function stepOf(step: RunView['steps'][number]) {
  return [step.name, step.state, step.returnCode, step.verdict, step.next];
}

function entryOf(entry: LogRecordView | undefined) {
  return [
    entry?.outcome,
    entry?.returnCode,
    entry?.lastStep,
    entry?.revision,
    entry?.runMode,
    entry?.runnerVersion,
  ];
}

function short(event: RunEvent): string {
  return `${event.seq} ${event.type}`;
}
