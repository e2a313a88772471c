import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { DispatchBench } from '../harness/dispatch.js';
import { LiveTarget, startWorker } from '../harness/live-target.js';
import { describeWithRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

jest.setTimeout(30_000);

const SHELL_QUOTA = 2150859173;

describeWithRedis('before a run is started', () => {
  let bench: DispatchBench;
  let target: LiveTarget;
  let worker: AsyncDisposable;

  beforeEach(async () => {
    bench = await DispatchBench.start();
    target = await LiveTarget.start(bench);
    worker = await startWorker(bench);
  });

  afterEach(async () => {
    await worker[Symbol.asyncDispose]();
    await target[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  const typesOf = async (runId: string) => (await bench.events(runId)).map((event) => event.type);

  it('a used-up quota is waited out', async () => {
    target.host.misbehave({ on: 'Create', do: 'fault', code: SHELL_QUOTA });

    const run = await bench.runIn('finished', await bench.deploy(['LIVE']));

    const types = await typesOf(run.id);
    expect(run.outcome).toBe('succeeded');
    expect(types.filter((type) => type === 'run.connecting')).toHaveLength(2);
    expect(types).not.toContain('run.reconciling');
  });

  it('a connection that breaks is made again', async () => {
    target.host.misbehave({ on: 'Create', times: 2, do: 'reset' });

    const run = await bench.runIn('finished', await bench.deploy(['LIVE']));

    expect(run.outcome).toBe('succeeded');
    const programs = (await target.machine.started()) ?? [];
    expect(programs.filter(({ commandLine }) => commandLine.includes('echo hello'))).toHaveLength(1);
  });

  it('a cancelled run is not asked for again', async () => {
    target.host.misbehave({ on: 'Create', times: 9, do: 'fault', code: SHELL_QUOTA });
    const creates = () => target.host.requests().filter(({ operation }) => operation === 'Create').length;
    const id = await bench.deploy(['LIVE']);
    const { id: runId } = await bench.runIn('connecting', id);
    await waitFor('the second refusal', () => creates() === 2);

    await bench.api.request('POST', `/api/v1/runs/${runId}/cancel`);

    const run = await bench.runIn('finished', id);
    expect(run).toMatchObject({ outcome: 'cancelled', startedAt: null });
    expect(creates()).toBe(2);
  });
});
