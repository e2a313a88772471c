import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connecting, DispatchBench, finished, type TestWorker } from '../harness/dispatch.js';
import { journalEvent, runnerEvents } from '../harness/builders/job.js';
import { LiveTarget, startWorker } from '../harness/live-target.js';
import { describeWithRedis } from '../harness/redis.js';

const PACKAGE = {
  name: 'Three steps',
  parameters: [{ name: 'EDITION', default: 'full' }],
  steps: ['One', 'Two', 'Three'].map((name) => ({
    name,
    type: 'command',
    command: `echo ${name} {EDITION}`,
  })),
};
const SECRET_PACKAGE = {
  name: 'With a secret',
  parameters: [{ name: 'TOKEN', secret: true }],
  steps: [{ name: 'One', type: 'command', command: 'echo 1' }],
};

/** The journal of a run whose second step failed. */
function failedAtTwo() {
  const ended = { returnCode: 0, verdict: 'success', durationMs: 5, outputBytes: 0, outputTruncated: false };
  return runnerEvents([
    journalEvent(1, 'run.started', {
      runnerVersion: '1',
      powershellVersion: '5.1',
      bootId: 'boot-1',
      account: 'NT AUTHORITY\\SYSTEM',
      computerName: 'PC-1',
      pid: 4711,
    }),
    journalEvent(2, 'step.started', { index: 0 }),
    journalEvent(3, 'step.finished', {
      ...ended,
      index: 0,
      verdict: 'success',
      next: 1,
      problem: null,
      detail: '',
    }),
    journalEvent(4, 'step.started', { index: 1 }),
    journalEvent(5, 'step.finished', {
      ...ended,
      index: 1,
      returnCode: 1,
      verdict: 'failure',
      next: 'stop-failure',
      problem: null,
      detail: '',
    }),
  ]);
}

describeWithRedis('a rerun', () => {
  let bench: DispatchBench;
  let worker: TestWorker;

  beforeAll(async () => {
    bench = await DispatchBench.start({ assets: 3 });
    worker = await bench.worker();
    await bench.create('/packages', PACKAGE);
    await bench.create('/packages', SECRET_PACKAGE);
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const rerun = (id: string, body: object, headers: Record<string, string> = {}) =>
    bench.api.request('POST', `/api/v1/deployments/${id}/rerun`, { body, headers });

  /** A deployment to three assets: one succeeded, one failed at its second step, one still waits in the queue. */
  async function halfDone(fields: object = {}): Promise<string> {
    const id = await bench.deploy(bench.assets, { package: 'Three steps', parameters: {}, ...fields });
    const [one, two] = [await bench.runIn('queued', id, 'PC-1'), await bench.runIn('queued', id, 'PC-2')];
    await worker.send(one, [connecting(), finished(2, 'succeeded')]);
    await worker.send(two, [connecting(), ...failedAtTwo(), finished(2, 'failed')]);
    return id;
  }

  /** Nothing may stay active: an asset takes one run at a time. */
  async function end(...ids: string[]): Promise<void> {
    for (const id of ids) await bench.api.request('POST', `/api/v1/deployments/${id}/cancel`);
  }

  it('runs the failed ones again, from the step that failed, as new runs', async () => {
    const earlier = await halfDone({
      parameters: { EDITION: 'lite' },
      priority: 7,
      ticket: { system: 'servicenow', id: 'CHG1' },
    });

    const answer = await rerun(earlier, { only: 'failed', from: 'failed-step' });

    const run = await bench.runIn('queued', answer.body.id);
    const job = await bench.job(run.id, run.epoch);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/v1/deployments/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      package: 'Three steps',
      revision: 1,
      priority: 7,
      ticket: { system: 'servicenow', id: 'CHG1' },
      parameters: { EDITION: 'lite' },
      counts: { total: 1 },
    });
    expect(run).toMatchObject({ assetName: 'PC-2', rerunOf: (await bench.run(earlier, 'PC-2')).id });
    expect(job?.plan).toMatchObject({ start: 1, targetRunId: run.id });
    expect(job?.walk.expected).toBe(1);
    await end(earlier, answer.body.id);
  });

  it('runs all finished ones again, from the start, and leaves alone what is under way', async () => {
    const earlier = await halfDone();

    const answer = await rerun(earlier, { only: 'all' });

    const { body } = await bench.api.request('GET', `/api/v1/deployments/${answer.body.id}/runs`);
    const names = body.items.map((item: { asset: { name: string } }) => item.asset.name);
    const again = await bench.runIn('queued', answer.body.id, 'PC-2');
    expect(names).toEqual(['PC-1', 'PC-2']);
    expect((await bench.job(again.id, again.epoch))?.plan.start).toBe(0);
    await end(earlier, answer.body.id);
  });

  it('includes runs that never started', async () => {
    const earlier = await bench.deploy(['PC-1'], { package: 'Three steps', parameters: {} });
    await end(earlier);

    const answer = await rerun(earlier, { from: 'failed-step' });

    expect(answer.body.counts.total).toBe(1);
    await end(answer.body.id);
  });

  it('is refused while no run has finished, and when each was a success', async () => {
    const earlier = await bench.deploy(['PC-1'], { package: 'Three steps', parameters: {} });
    const early = await rerun(earlier, {});
    await worker.send(await bench.runIn('queued', earlier), [connecting(), finished(2, 'succeeded')]);

    const late = await rerun(earlier, { only: 'failed' });

    expect([early.status, early.body.code]).toEqual([409, 'nothing-to-rerun']);
    expect([late.status, late.body.code]).toEqual([409, 'nothing-to-rerun']);
    expect(late.body.detail).toContain('a success');
  });

  it('must be given the secrets again', async () => {
    const fields = { package: 'With a secret', parameters: { TOKEN: 'first-Secret' } };
    const earlier = await bench.deploy(['PC-1'], fields);
    await end(earlier);

    const without = await rerun(earlier, {});
    const withSecret = await rerun(earlier, { parameters: { TOKEN: 'second-Secret' } });

    const run = await bench.runIn('queued', withSecret.body.id);
    expect(without.status).toBe(422);
    expect(without.body.errors).toMatchObject([{ pointer: '/parameters/TOKEN', code: 'parameter-missing' }]);
    expect((await bench.job(run.id, run.epoch))?.secrets).toEqual(['second-Secret']);
    expect(withSecret.text).not.toContain('second-Secret');
    await end(withSecret.body.id);
  });

  it('is ordered once for one idempotency key', async () => {
    const earlier = await bench.deploy(['PC-1'], { package: 'Three steps', parameters: {} });
    await end(earlier);

    const first = await rerun(earlier, {}, { 'Idempotency-Key': 'rerun-1' });
    const second = await rerun(earlier, {}, { 'Idempotency-Key': 'rerun-1' });

    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body.id).toBe(first.body.id);
    await end(first.body.id);
  });

  it('says every fault of its body at once', async () => {
    const earlier = await bench.deploy(['PC-1'], { package: 'Three steps', parameters: {} });
    await end(earlier);

    const fields = await rerun(earlier, { only: 'some', from: 'end', extra: 1 });
    const values = await rerun(earlier, { parameters: { EDITION: 'x' }, expiresAt: '2020-01-01T00:00:00Z' });

    const pointers = (errors: { pointer: string }[]) => errors.map(({ pointer }) => pointer).toSorted();
    expect(pointers(fields.body.errors)).toEqual(['/extra', '/from', '/only']);
    expect(pointers(values.body.errors)).toEqual(['/expiresAt', '/parameters/EDITION']);
  });

  it('is refused for a package that was archived meanwhile', async () => {
    const made = await bench.create('/packages', { ...PACKAGE, name: 'Going away' });
    const earlier = await bench.deploy(['PC-1'], { package: 'Going away', parameters: {} });
    await end(earlier);
    await bench.api.request('DELETE', `/api/v1/packages/${made.id}`, { headers: { 'If-Match': '"1"' } });

    const answer = await rerun(earlier, {});

    expect([answer.status, answer.body.code]).toEqual([409, 'archived']);
  });

  it('needs a deployment that exists', async () => {
    const answer = await rerun('01890000-0000-7000-8000-000000000000', {});

    expect(answer.status).toBe(404);
  });
});

describeWithRedis('a rerun on its target', () => {
  it('does not run again what went well before the step that failed', async () => {
    await using bench = await DispatchBench.start();
    await using target = await LiveTarget.start(bench);
    await using closing = new AsyncDisposableStack();
    closing.use(await startWorker(bench));
    await bench.create('/packages', {
      name: 'Breaks once',
      steps: [
        { name: 'One', type: 'command', command: 'echo first step' },
        { name: 'Two', type: 'command', command: 'exit 5' },
      ],
    });
    const order = { package: 'Breaks once', parameters: {} };
    const earlier = await bench.runIn('finished', await bench.deploy(['LIVE'], order));

    const path = `/api/v1/deployments/${earlier.deploymentId}/rerun`;
    const { body } = await bench.api.request('POST', path, { body: { from: 'failed-step' } });

    const again = await bench.runIn('finished', body.id);
    const programs = ((await target.machine.started()) ?? []).map(({ commandLine }) => commandLine);
    expect(earlier).toMatchObject({ outcome: 'failed', returnCode: 5 });
    expect(again).toMatchObject({ outcome: 'failed', failureReason: 'step-failed', lastStep: 'Two' });
    expect(again.steps.map((step) => step.verdict)).toEqual(['skipped', 'failure']);
    expect(programs.filter((line) => line.includes('first step'))).toHaveLength(1);
    expect(programs.filter((line) => line.includes('exit 5'))).toHaveLength(2);
  });
});
