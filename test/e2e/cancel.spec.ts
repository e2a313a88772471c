import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { waitFor } from '../harness/wait-for.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const PROGRAMS = {
  'long.exe': { durationMs: 60_000, output: [{ text: 'working', atMs: 0 }], children: ['helper.exe'] },
  'helper.exe': { durationMs: 60_000, children: ['grandchild.exe'] },
  'grandchild.exe': { durationMs: 60_000 },
};
const REBOOT = { action: 'reboot', waitSeconds: 60, message: 'Software was updated', when: 'always' };

let winch: Winch;

beforeAll(async () => {
  winch = await Winch.start();
  await winch.addPackage(
    aPackage('Long')
      .with({ finalAction: REBOOT })
      .withStep(aCommand('Work', 'long.exe'))
      .withStep(aCommand('After', 'echo after')),
  );
  await winch.addPackage(
    aPackage('Too long')
      .with({ finalAction: REBOOT, maxDurationSeconds: 5 })
      .withStep(aCommand('Work', 'long.exe'))
      .withStep(aCommand('After', 'echo after')),
  );
});

afterAll(() => winch.close());

async function start(packageName: string, ...assets: string[]): Promise<string> {
  return (await winch.client.deploy({ package: packageName, targets: { assets } })).id;
}

async function startAndWaitForOutput(packageName: string, asset: string): Promise<string> {
  const run = await winch.client.onlyRun(await start(packageName, asset));
  await winch.client.event(run.id, (event) => event.type === 'step.output');
  return run.id;
}

function isOver(host: RegisteredHost): Promise<true> {
  return waitFor('every process of the run to be gone', () => host.running().length === 0);
}

describe('cancelling', () => {
  it('in the middle of a step ends its whole process tree, and no final action follows', async () => {
    const host = await winch.addHost('PC-0001', { patch: { programs: PROGRAMS } });
    const runId = await startAndWaitForOutput('Long', 'PC-0001');
    expect(host.running()).toEqual(expect.arrayContaining(['long.exe', 'helper.exe', 'grandchild.exe']));

    const answer = await winch.client.request('POST', `/runs/${runId}/cancel`);

    expect(answer.status).toBe(202);
    const run = await winch.client.settled(runId);
    expect([run.outcome, run.failureReason, run.finalAction]).toEqual([
      'cancelled',
      'cancelled',
      'skipped-cancelled',
    ]);
    expect(run.steps.map(({ verdict }) => verdict)).toEqual(['cancelled', 'skipped']);
    expect(run.cancelRequestedAt).not.toBeNull();
    await isOver(host);
    expect(host.startedWith('shutdown.exe')).toEqual([]);
    expect(host.startedWith('echo after')).toEqual([]);
  });

  it('twice changes nothing, and after the end is refused', async () => {
    await winch.addHost('PC-0002', { patch: { programs: PROGRAMS } });
    const runId = await startAndWaitForOutput('Long', 'PC-0002');

    const answers = [
      await winch.client.request('POST', `/runs/${runId}/cancel`),
      await winch.client.request('POST', `/runs/${runId}/cancel`),
    ];
    await winch.client.settled(runId);
    const late = await winch.client.request('POST', `/runs/${runId}/cancel`);

    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect([late.status, late.body.code]).toEqual([409, 'already-finished']);
    const types = (await winch.client.events(runId)).map((event) => event.type);
    expect(types.filter((type) => type === 'cancel.requested')).toHaveLength(1);
  });

  it('a run that waits for its asset ends it at once, and the other goes on', async () => {
    const host = await winch.addHost('PC-0003', { patch: { programs: PROGRAMS } });
    const busyId = await startAndWaitForOutput('Long', 'PC-0003');
    const waiting = await winch.client.onlyRun(await start('Long', 'PC-0003'));

    await winch.client.post(`/runs/${waiting.id}/cancel`);

    const run = await winch.client.run(waiting.id);
    expect([run.state, run.outcome, run.failureDetail, run.cleanup]).toEqual([
      'finished',
      'cancelled',
      'Cancelled before anything was started',
      null,
    ]);
    expect((await winch.client.run(busyId)).state).toBe('running');
    expect(host.startsOf('long.exe')).toBe(1);
  });

  it('a deployment cancels what runs and what waits of it', async () => {
    const host = await winch.addHost('PC-0004', { patch: { programs: PROGRAMS } });
    await winch.addHost('PC-0005', { patch: { programs: PROGRAMS } });
    const busyId = await startAndWaitForOutput('Long', 'PC-0005');
    const deploymentId = await start('Long', 'PC-0004', 'PC-0005');
    const [first] = await winch.client.runs(deploymentId);
    await winch.client.event(first?.id ?? '', (event) => event.type === 'step.output');

    const answer = await winch.client.request('POST', `/deployments/${deploymentId}/cancel`);

    const deployment = await winch.client.finished(deploymentId);
    expect(answer.status).toBe(202);
    expect(deployment.counts.byOutcome).toEqual({ cancelled: 2 });
    expect(deployment.cancelRequestedAt).not.toBeNull();
    expect((await winch.client.run(busyId)).state).toBe('running');
    await isOver(host);
  });

  it('a queued run ends it, and a worker that takes its job later touches nothing', async () => {
    const host = await winch.addHost('PC-0006', { patch: { programs: PROGRAMS } });
    await winch.worker.kill();
    const queued = await winch.client.onlyRun(await start('Long', 'PC-0006'));
    await winch.client.event(queued.id, (event) => event.type === 'run.queued');

    await winch.client.post(`/runs/${queued.id}/cancel`);
    await winch.worker.start();

    expect((await winch.client.run(queued.id)).outcome).toBe('cancelled');
    // Behind the cancelled job in the queue: once this one has run, that one has been taken.
    const next = await winch.client.onlyRun(await start('Long', 'PC-0006'));
    await winch.client.event(next.id, (event) => event.type === 'step.output');
    expect(host.startsOf('long.exe')).toBe(1);
    expect((await winch.client.events(queued.id)).map((event) => event.type)).toEqual([
      'run.queued',
      'cancel.requested',
      'run.finished',
    ]);
  });
});

describe('the maximum duration', () => {
  it('ends the tree of a step that takes too long, and the final action follows', async () => {
    const host = await winch.addHost('PC-0007', { patch: { programs: PROGRAMS } });
    const runId = await startAndWaitForOutput('Too long', 'PC-0007');

    const run = await winch.client.settled(runId);

    expect([run.outcome, run.failureReason, run.finalAction]).toEqual([
      'timed-out',
      'maximum-duration',
      'reboot',
    ]);
    expect(run.steps.map(({ verdict }) => verdict)).toEqual(['timed-out', 'skipped']);
    await isOver(host);
    expect(host.startedWith('shutdown.exe')).toEqual([
      'C:\\Windows\\System32\\shutdown.exe /r /t 60 /d p:4:1 /c "Software was updated"',
    ]);
    const lastedMs = Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '');
    expect(lastedMs).toBeGreaterThanOrEqual(4_900);
    expect(lastedMs).toBeLessThan(9_000);
  });
});
