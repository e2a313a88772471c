import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DoorEvent } from '../../src/recording/domain/door.js';
import type { RunRow } from '../../src/recording/persistence/run-store.js';
import { ManualClock } from '../../src/shared/clock.js';
import { aJournal, AT, runnerEvents } from '../harness/builders/job.js';
import { connecting, DispatchBench, finished, type TestWorker } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

const QUARTER_MS = 15 * 60_000;

describeWithRedis('a credential that an asset refused', () => {
  let bench: DispatchBench;
  let worker: TestWorker;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock(new Date());
    bench = await DispatchBench.start({ clock, assets: 2 });
    worker = await bench.worker();
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  async function queuedRun(asset = 'PC-1'): Promise<RunRow> {
    await worker.beat();
    return bench.runIn('queued', await bench.deploy([asset]));
  }

  const offered = async (run: RunRow) => (await bench.job(run.id, run.epoch))?.credentials ?? [];

  async function refuse(run: RunRow, credentialId = bench.credentialId): Promise<void> {
    const credential = (await offered(run)).find(({ id }) => id === credentialId);
    const event: DoorEvent = {
      source: 'worker',
      event: {
        seq: 2,
        at: AT,
        type: 'logon.refused',
        credentialId,
        credentialVersion: credential?.version ?? '',
        username: credential?.username ?? '',
      },
    };
    await worker.send(run, [connecting(), event, finished(3, 'failed')]);
  }

  it('is shown in the events of the run, and leaves no password there', async () => {
    const run = await queuedRun();

    await refuse(run);

    const events = await bench.events(run.id);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'logon.refused', credentialId: bench.credentialId, username: 'Admin' }),
    );
    expect(JSON.stringify(events)).not.toContain('Right-1234');
  });

  it('blocks the next run there, which says when it may be tried again', async () => {
    await refuse(await queuedRun());
    const until = new Date(clock.now().getTime() + QUARTER_MS).toISOString();

    const next = await bench.runIn('finished', await bench.deploy(['PC-1']));

    expect(next).toMatchObject({ outcome: 'blocked', failureReason: 'logon-held-back' });
    expect(next.failureDetail).toContain(until);
  });

  it('is left out where another one is free', async () => {
    await refuse(await queuedRun());
    await bench.addCredential('Other', 2);

    expect((await offered(await queuedRun())).map(({ username }) => username)).toEqual(['Other']);
  });

  it('opens every other asset as before', async () => {
    await refuse(await queuedRun('PC-1'));

    expect(await offered(await queuedRun('PC-2'))).toMatchObject([
      { username: 'Admin', heldBackUntil: null },
    ]);
  });

  it('is tried again after 15 minutes', async () => {
    await refuse(await queuedRun());
    clock.advanceMs(QUARTER_MS + 1);

    expect(await offered(await queuedRun())).toMatchObject([{ username: 'Admin', heldBackUntil: null }]);
  });

  it('is tried at once when its password was changed, but not when only its name was', async () => {
    const change = (body: object) =>
      bench.api.request('PATCH', `/api/v1/credentials/${bench.credentialId}`, { body });
    await refuse(await queuedRun());

    await change({ name: 'Renamed' });
    const renamed = await bench.runIn('finished', await bench.deploy(['PC-1']));
    await change({ password: 'Better-1234' });
    const changed = await queuedRun();

    expect(renamed.failureReason).toBe('logon-held-back');
    expect(await offered(changed)).toMatchObject([{ password: 'Better-1234' }]);
  });

  it('is not held back by an old password that is refused after the change', async () => {
    const run = await queuedRun();
    const old = await offered(run);
    await bench.api.request('PATCH', `/api/v1/credentials/${bench.credentialId}`, {
      body: { password: 'Better-1234' },
    });

    await refuse(run);

    expect(old).toMatchObject([{ password: 'Right-1234' }]);
    expect(await offered(await queuedRun())).toMatchObject([{ password: 'Better-1234' }]);
  });

  it('comes with the instant to wait for, to a run that has begun', async () => {
    const run = await queuedRun();
    const [credential] = await offered(run);
    const refused: DoorEvent = {
      source: 'worker',
      event: {
        seq: 2,
        at: AT,
        type: 'logon.refused',
        credentialId: bench.credentialId,
        credentialVersion: credential?.version ?? '',
        username: 'Admin',
      },
    };
    await worker.send(run, [connecting(), ...runnerEvents(aJournal()).slice(0, 1), refused]);

    await worker.detach();
    const again = await bench.runIn('reconciling', run.deploymentId);

    expect(await offered(again)).toMatchObject([
      { id: bench.credentialId, heldBackUntil: new Date(clock.now().getTime() + QUARTER_MS).toISOString() },
    ]);
  });
});

describeWithRedis('the credentials of an asset', () => {
  let bench: DispatchBench;
  let worker: TestWorker;

  beforeEach(async () => {
    bench = await DispatchBench.start({ clock: new ManualClock(new Date()), assets: 2 });
    worker = await bench.worker();
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  it('are tried beginning with the one that let a run in last', async () => {
    await bench.addCredential('First', 0);
    const usernames = async (asset: string) => {
      await worker.beat();
      const run = await bench.runIn('queued', await bench.deploy([asset]));
      const offered = (await bench.job(run.id, run.epoch))?.credentials ?? [];
      return { run, usernames: offered.map(({ username }) => username) };
    };
    const before = await usernames('PC-1');
    const attached: DoorEvent = {
      source: 'worker',
      event: {
        seq: 2,
        at: AT,
        type: 'run.attached',
        epoch: before.run.epoch,
        bootId: 'b',
        powershellVersion: '5.1',
        credentialId: bench.credentialId,
      },
    };
    await worker.send(before.run, [connecting(), attached, finished(3, 'failed')]);

    expect(before.usernames).toEqual(['First', 'Admin']);
    expect((await usernames('PC-1')).usernames).toEqual(['Admin', 'First']);
    expect((await usernames('PC-2')).usernames).toEqual(['First', 'Admin']);
  });
});
