import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { aCommand, aPackage } from '../harness/builders/package.js';
import type { RunEvent } from '../harness/client.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { waitFor } from '../harness/wait-for.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

let winch: Winch;

beforeAll(async () => {
  winch = await Winch.start();
  await winch.addPackage(aPackage('First').withStep(aCommand('Work', 'first.exe')));
  await winch.addPackage(aPackage('Second').withStep(aCommand('Work', 'second.exe')));
});

afterAll(() => winch.close());

function addHost(name: string): Promise<RegisteredHost> {
  const programs = { 'first.exe': { durationMs: 2_500 }, 'second.exe': {} };
  return winch.addHost(name, { patch: { programs } });
}

async function order(packageName: string, asset: string, fields: object = {}): Promise<string> {
  const deployment = await winch.client.deploy({
    package: packageName,
    targets: { assets: [asset] },
    ...fields,
  });
  return (await winch.client.onlyRun(deployment.id)).id;
}

async function orderAndWaitForStep(asset: string): Promise<string> {
  const runId = await order('First', asset);
  await winch.client.event(runId, (event) => event.type === 'step.started');
  return runId;
}

describe('two deployments to one asset', () => {
  it('run one after the other; the second says what it waits for, and since when', async () => {
    const host = await addHost('PC-0001');
    const firstId = await orderAndWaitForStep('PC-0001');

    const secondId = await order('Second', 'PC-0001');

    const waiting = await waitFor('the second run to say why it waits', async () => {
      const run = await winch.client.run(secondId);
      return run.waitingFor !== null && run;
    });
    expect([waiting.state, waiting.waitingFor]).toEqual(['waiting', 'asset-free']);
    expect(Math.abs(Date.now() - Date.parse(waiting.since))).toBeLessThan(2_000);
    expect(host.startsOf('second.exe')).toBe(0);
    const second = await winch.client.settled(secondId);
    const first = await winch.client.run(firstId);
    expect([first.outcome, second.outcome, second.waitingFor]).toEqual(['succeeded', 'succeeded', null]);
    expect(await instantOf(secondId, 'run.queued')).toBeGreaterThanOrEqual(
      Date.parse(first.finishedAt ?? ''),
    );
  });

  it('let the higher priority go first', async () => {
    const host = await addHost('PC-0002');
    await orderAndWaitForStep('PC-0002');

    const low = await order('First', 'PC-0002', { priority: -1 });
    const high = await order('Second', 'PC-0002', { priority: 10 });
    await winch.client.settled(high);

    expect((await winch.client.run(low)).outcome).toBeNull();
    await winch.client.settled(low);
    expect([host.startsOf('first.exe'), host.startsOf('second.exe')]).toEqual([2, 1]);
  });

  it('expire the one that could not be started in time, and nothing of it is started', async () => {
    const host = await addHost('PC-0003');
    const firstId = await orderAndWaitForStep('PC-0003');

    const expiresAt = new Date(Date.now() + 1_000).toISOString();
    const run = await winch.client.settled(await order('Second', 'PC-0003', { expiresAt }));

    expect([run.outcome, run.failureReason, run.failureDetail]).toEqual([
      'expired',
      'expired',
      `Nothing was started before ${expiresAt}; it waited for asset-free`,
    ]);
    expect((await winch.client.run(firstId)).state).toBe('running');
    await winch.client.settled(firstId);
    expect(host.startsOf('second.exe')).toBe(0);
  });
});

describe('without a worker', () => {
  it('runs wait for concurrency and go on once one has registered', async () => {
    await addHost('PC-0004');
    await winch.worker.stop();
    const runId = await order('Second', 'PC-0004');

    const waiting = await waitFor('the run to say why it waits', async () => {
      const run = await winch.client.run(runId);
      return run.waitingFor !== null && run;
    });
    await winch.worker.start();

    expect([waiting.state, waiting.waitingFor]).toEqual(['waiting', 'concurrency']);
    expect((await winch.client.settled(runId)).outcome).toBe('succeeded');
  });
});

describe('a run that a worker takes too late', () => {
  it('expires, and nothing of it is started', async () => {
    const host = await addHost('PC-0005');
    await winch.worker.kill();
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const runId = await order('Second', 'PC-0005', { expiresAt });
    await winch.client.event(runId, (event) => event.type === 'run.queued');

    await waitFor('the last moment to start to pass', () => new Date().toISOString() > expiresAt);
    await winch.worker.start();

    const run = await winch.client.ended(runId);
    expect([run.outcome, run.failureReason, run.failureDetail, run.startedAt]).toEqual([
      'expired',
      'expired',
      `Nothing was started before ${expiresAt}`,
      null,
    ]);
    expect(host.startsOf('second.exe')).toBe(0);
  });
});

async function instantOf(runId: string, type: RunEvent['type']): Promise<number> {
  const event = (await winch.client.events(runId)).find((candidate) => candidate.type === type);
  return Date.parse(String(event?.['at']));
}
