import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { aCommand, aPackage } from '../harness/builders/package.js';
import { waitFor } from '../harness/wait-for.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

interface WorkerList {
  readonly items: readonly {
    readonly id: string;
    readonly runsFollowed: number;
    readonly endedAt: string | null;
  }[];
}

let winch: Winch;

beforeAll(async () => {
  winch = await Winch.start();
  await winch.addPackage(
    aPackage('Work').withStep(aCommand('Work', 'work.exe')).withStep(aCommand('After', 'after.exe')),
  );
});

afterAll(() => winch.close());

const PROGRAMS = {
  'work.exe': { durationMs: 5_000, output: ['one', 'two', 'three', 'four', 'five', 'six'] },
  'after.exe': { output: ['after'] },
};

async function startWork(asset: string): Promise<string> {
  const deployment = await winch.client.deploy({ package: 'Work', targets: { assets: [asset] } });
  const { id } = await winch.client.onlyRun(deployment.id);
  await winch.client.event(id, (event) => event.type === 'step.output');
  return id;
}

describe('a worker that is told to stop', () => {
  it('hands its run back within seconds; the run goes on and the next worker follows it', async () => {
    const host = await winch.addHost('PC-0001', { patch: { programs: PROGRAMS } });
    const runId = await startWork('PC-0001');

    const stoppedAtMs = performance.now();
    const end = await winch.worker.stop();
    const stopLastedMs = performance.now() - stoppedAtMs;
    const livesOn = host.running().includes('work.exe');
    await winch.worker.start();
    await winch.client.event(runId, (event) => event.type === 'run.reattached');
    const resumedAfterMs = performance.now() - stoppedAtMs;

    expect(end).toEqual({ code: 0, signal: null });
    expect(livesOn).toBe(true);
    expect(stopLastedMs).toBeLessThan(3_000);
    expect(resumedAfterMs).toBeLessThan(8_000);
    const run = await winch.client.settled(runId);
    expect(run.outcome).toBe('succeeded');
    expect([host.startsOf('work.exe'), host.startsOf('after.exe')]).toEqual([1, 1]);
    expect(await winch.client.output(runId)).toBe('one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\nafter\r\n');
    const types = (await winch.client.events(runId)).map((event) => event.type);
    expect(types.filter((type) => type.startsWith('run.'))).toEqual([
      'run.queued',
      'run.connecting',
      'run.starting',
      'run.attached',
      'run.started',
      'run.queued',
      'run.connecting',
      'run.reattached',
      'run.completed',
      'run.finished',
    ]);
  });

  it('is shown as ended, the new one as living', async () => {
    await winch.addHost('PC-0002', { patch: { programs: PROGRAMS } });
    const runId = await startWork('PC-0002');

    const [living, ...others] = (await winch.client.get<WorkerList>('/workers')).items;

    expect(living?.endedAt).toBeNull();
    expect(others.every((worker) => worker.endedAt !== null)).toBe(true);
    await waitFor('a beat that tells of the run', async () => {
      const { items } = await winch.client.get<WorkerList>('/workers');
      return items.find((worker) => worker.id === living?.id)?.runsFollowed === 1;
    });
    await winch.client.settled(runId);
  });
});

describe('an api that is told to stop', () => {
  it('ends open streams, and the worker waits for the next one', async () => {
    const host = await winch.addHost('PC-0003', { patch: { programs: PROGRAMS } });
    const runId = await startWork('PC-0003');
    using stream = await winch.client.stream(`/runs/${runId}/events`);
    await stream.until((event) => event.type === 'step.output');

    const end = await winch.api.stop();
    await winch.api.start();

    expect(end).toEqual({ code: 0, signal: null });
    const run = await winch.client.settled(runId);
    expect([run.outcome, host.startsOf('work.exe')]).toEqual(['succeeded', 1]);
    const recorded = await winch.client.events(runId);
    expect(recorded.map((event) => event.seq)).toEqual(recorded.map((_, index) => index + 1));
  });
});
