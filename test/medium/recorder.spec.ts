import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { DeploymentEntity } from '../../src/deployments/persistence/deployment.entity.js';
import type { DeploymentId } from '../../src/shared/ids.js';
import type { RunRow } from '../../src/recording/persistence/run-store.js';
import { aJournal, runnerEvents } from '../harness/builders/job.js';
import { cleaned, connecting, DispatchBench, finished, TestWorker } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

describeWithRedis('what workers report', () => {
  let bench: DispatchBench;
  let worker: TestWorker;
  const journal = runnerEvents(aJournal());

  beforeAll(async () => {
    bench = await DispatchBench.start();
    worker = await bench.worker();
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  /** A queued run on an asset of its own. */
  async function aQueuedRun(): Promise<{ run: RunRow; deploymentId: string }> {
    const name = `PC-${Math.random().toString(36).slice(2)}`;
    await bench.create('/assets', { name, address: '127.0.0.1', transport: 'http' });
    const deploymentId = await bench.deploy([name]);
    return { run: await bench.runIn('queued', deploymentId), deploymentId };
  }

  const types = async (run: RunRow) => (await bench.events(run.id)).map(({ type }) => type);

  it('is recorded in order, projected, and answered with the resume point', async () => {
    const { run } = await aQueuedRun();

    const answer = await worker.send(run, [connecting(), ...journal, finished(), cleaned()]);

    expect(answer).toMatchObject({ result: 'recorded', runnerSeq: 6, workerSeq: 3 });
    expect(await types(run)).toEqual([
      'run.queued',
      'run.connecting',
      'run.started',
      'step.started',
      'step.output',
      'step.finished',
      'run.completed',
      'final-action.skipped',
      'run.finished',
      'cleanup.finished',
    ]);
    expect((await bench.events(run.id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await bench.store.byId(run.id)).toMatchObject({
      state: 'finished',
      outcome: 'succeeded',
      cleanup: 'clean',
      journalOffset: aJournal().reduce((sum, event) => sum + JSON.stringify(event).length + 1, 0),
      walk: { outcome: 'succeeded', closed: true, disagreement: null },
    });
  });

  it('ends a run whose journal holds more than its runner can write, with the figures', async () => {
    const { run } = await aQueuedRun();
    const [started, step, output] = journal;
    const flood = output?.source === 'runner' ? [{ ...output, nextOffset: 10 ** 12 }] : [];

    const answer = await worker.send(run, [
      connecting(),
      ...(started && step ? [started, step] : []),
      ...flood,
      finished(),
    ]);

    expect(answer).toMatchObject({ result: 'journal-conflict', runnerSeq: 2 });
    expect(await types(run)).toEqual([
      'run.queued',
      'run.connecting',
      'run.started',
      'step.started',
      'run.finished',
    ]);
    expect(await bench.store.byId(run.id)).toMatchObject({
      outcome: 'unknown',
      failureReason: 'journal-too-long',
      failureDetail: expect.stringContaining('The journal has 1000000000000 bytes'),
      cleanup: 'pending',
    });
  });

  it('lets a run that cannot be recorded hold up no other', async () => {
    const [bad, good] = [(await aQueuedRun()).run, (await aQueuedRun()).run];
    await bench.api.running.app
      .get(Database)
      .write((tx) => tx.query('UPDATE target_run SET walk = ? WHERE id = ?', ['null', bad.id]));
    const runs = [bad, good].map(({ id, epoch }) => {
      return { targetRunId: id, epoch, events: [connecting(), ...journal.slice(0, 2)] };
    });

    const answer = await worker.door.send({ instanceId: worker.id, runs }, AbortSignal.timeout(20_000));

    expect(answer.runs).toMatchObject([
      { targetRunId: bad.id, result: 'not-recorded', runnerSeq: 0, workerSeq: 0 },
      { targetRunId: good.id, result: 'recorded', runnerSeq: 2, workerSeq: 1 },
    ]);
    expect(await types(bad)).toEqual(['run.queued']);
    expect(await types(good)).toEqual(['run.queued', 'run.connecting', 'run.started', 'step.started']);
  });

  it('changes nothing when a batch is repeated, as after a lost answer', async () => {
    const { run } = await aQueuedRun();
    const batch = [connecting(), ...journal.slice(0, 3)];
    const first = await worker.send(run, batch);

    const second = await worker.send(run, batch);

    expect(second).toEqual(first);
    expect(await types(run)).toHaveLength(5);
  });

  it('goes on where a batch overlaps with what is recorded', async () => {
    const { run } = await aQueuedRun();
    await worker.send(run, [connecting(), ...journal.slice(0, 3)]);

    const answer = await worker.send(run, [connecting(), ...journal, finished()]);

    expect(answer).toMatchObject({ result: 'recorded', runnerSeq: 6, workerSeq: 2 });
    expect(await types(run)).toHaveLength(9);
  });

  it('is refused, and the run ended as unknown, when the same event comes with other content', async () => {
    const { run } = await aQueuedRun();
    await worker.send(run, [connecting(), ...journal.slice(0, 3)]);
    const forged = runnerEvents(aJournal('another text')).slice(2, 4);

    const answer = await worker.send(run, forged);

    expect(answer).toMatchObject({ result: 'journal-conflict', runnerSeq: 3 });
    expect(answer.detail).toContain('Event 3 of runner');
    expect(await bench.store.byId(run.id)).toMatchObject({
      state: 'finished',
      outcome: 'unknown',
      failureReason: 'journal-conflict',
    });
  });

  it('is refused behind a gap; what came before it stays recorded', async () => {
    const { run } = await aQueuedRun();

    const answer = await worker.send(run, [connecting(), ...journal.slice(0, 2), ...journal.slice(3)]);

    expect(answer).toMatchObject({ result: 'gap', runnerSeq: 2, workerSeq: 1 });
    expect(await types(run)).toEqual(['run.queued', 'run.connecting', 'run.started', 'step.started']);
  });

  it.each([2, 7])('is refused from a following with epoch %i when 1 is the valid one', async (epoch) => {
    const { run } = await aQueuedRun();

    const stale = worker.send({ id: run.id, epoch: Math.max(1, epoch) + (epoch === 0 ? 5 : 0) }, [
      connecting(),
    ]);

    expect(await stale).toMatchObject({ result: 'stale-epoch', workerSeq: 0 });
    expect(await types(run)).toEqual(['run.queued']);
  });

  it('is refused once the run has finished, but for the clean-up', async () => {
    const { run } = await aQueuedRun();
    await worker.send(run, [connecting(), finished()]);

    const late = await worker.send(run, [connecting(3)]);
    const cleanUp = await worker.send(run, [cleaned(3)]);

    expect(late).toMatchObject({ result: 'closed', workerSeq: 2 });
    expect(cleanUp).toMatchObject({ result: 'recorded', workerSeq: 3 });
  });

  it('ends a run once, however often its end is reported', async () => {
    const { run } = await aQueuedRun();
    const batch = [connecting(), finished()];

    await Promise.all([worker.send(run, batch), worker.send(run, batch), worker.send(run, batch)]);
    await worker.send(run, [finished(3, 'failed')]);

    expect((await types(run)).filter((type) => type === 'run.finished')).toHaveLength(1);
    expect(await bench.store.byId(run.id)).toMatchObject({ outcome: 'succeeded' });
  });

  it('is answered closed for a run that does not exist', async () => {
    const nobody = { id: '0193e3a0-7b1a-7000-8000-000000000000', epoch: 1 };

    expect(await worker.send(nobody, [connecting()])).toMatchObject({
      result: 'closed',
      detail: 'There is no such run',
    });
  });

  it('does not let one refused run keep the others of a batch from being recorded', async () => {
    const [one, two] = [(await aQueuedRun()).run, (await aQueuedRun()).run];
    const part = (run: RunRow, epoch: number) => ({ targetRunId: run.id, epoch, events: [connecting()] });

    const { runs } = await worker.door.send(
      { instanceId: worker.id, runs: [part(one, 7), part(two, 1)] },
      new AbortController().signal,
    );

    expect(runs.map(({ result }) => result)).toEqual(['stale-epoch', 'recorded']);
  });

  it('finishes the deployment with its last run, and wipes its secrets', async () => {
    const { run, deploymentId } = await aQueuedRun();
    const deployment = async () =>
      bench.api.running.app
        .get(Database)
        .reader.findOneByOrFail(DeploymentEntity, { id: deploymentId as DeploymentId });
    const before = await deployment();

    await worker.send(run, [connecting(), ...journal.slice(0, 1)]);
    const started = await deployment();
    await worker.send(run, [...journal, finished()]);
    const after = await deployment();

    expect(before.sealedSecrets).toEqual(expect.any(String));
    expect(started).toMatchObject({ state: 'running', startedAt: expect.any(String), finishedAt: null });
    expect(after).toMatchObject({ state: 'finished', finishedAt: expect.any(String), sealedSecrets: null });
  });

  it('remembers who reported last', async () => {
    const { run } = await aQueuedRun();

    await worker.send(run, [connecting()]);

    expect(await bench.store.byId(run.id)).toMatchObject({ workerId: worker.id });
  });
});
