import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobPayload } from '../../src/dispatch/domain/sealed-job.js';
import type { DoorEvent } from '../../src/recording/domain/door.js';
import { systemClock } from '../../src/shared/clock.js';
import { Deadline } from '../../src/shared/deadline.js';
import { RunChannel } from '../../src/worker/run-channel.js';
import { RunReporter } from '../../src/worker/run-reporter.js';
import { TargetExecutor } from '../../src/worker/target-executor.js';
import { TargetDoor } from '../../src/worker/target-session.js';
import { aJob, aJobCredential } from '../harness/builders/job.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import { aPlan } from '../harness/builders/walk-events.js';
import { waitFor } from '../harness/wait-for.js';
import { startWindowsHost, type WindowsHost } from '../windows-host/host.js';
import { createStandInBackend } from '../windows-host/stand-in/backend.js';

const RIGHT = { user: 'Administrator', password: 'Right-1234' };
const WRONG = { password: 'Wrong-1234' };

/** A worker's errand with an api that records everything at once. */
class ErrandUnderTest {
  readonly events: DoorEvent['event'][] = [];
  readonly troubles: string[] = [];
  readonly stop = new AbortController();
  readonly door: TargetDoor;
  readonly executor: TargetExecutor;

  constructor(readonly job: JobPayload) {
    const channel: RunChannel = new RunChannel(job, () => queueMicrotask(() => this.#record(channel)));
    const common = { clock: systemClock, signal: this.stop.signal };
    const reporter = new RunReporter(channel, { ...common, secrets: [] });
    this.door = new TargetDoor(job, {
      clock: systemClock,
      onRefused: ({ id, version, username }) =>
        reporter.say({ type: 'logon.refused', credentialId: id, credentialVersion: version, username }),
    });
    const onTrouble = (event: string) => this.troubles.push(event);
    this.executor = new TargetExecutor({ job, door: this.door, reporter, ...common, onTrouble });
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  get end() {
    return this.events.find((event) => event.type === 'run.finished');
  }

  #record(channel: RunChannel): void {
    const waiting = channel.peek(Number.MAX_SAFE_INTEGER);
    this.events.push(...waiting.map(({ event }) => event));
    const last = (source: string) =>
      Math.max(0, ...waiting.filter((event) => event.source === source).map(({ event }) => event.seq));
    const progress = { runnerSeq: last('runner'), workerSeq: last('worker') };
    const { targetRunId, epoch } = channel;
    channel.settle({ targetRunId, epoch, result: 'recorded', detail: '', ...progress });
  }
}

describe('carrying out a job on a host', () => {
  let host: WindowsHost;

  beforeEach(async () => {
    const backend = createStandInBackend({ name: 'PC-0001' });
    host = await startWindowsHost({ name: 'PC-0001', backend, accounts: [RIGHT] });
  });

  afterEach(() => host.close());

  function anErrand(changes: Partial<JobPayload> = {}): ErrandUnderTest {
    const job = aJob(changes);
    return new ErrandUnderTest({ ...job, target: { ...job.target, address: host.address, port: host.port } });
  }

  const longPlan = () => aPlan(aPackage().withStep(aCommand('Wait', 'ping -n 3 127.0.0.1')));
  const started = (program: RegExp) =>
    host.backend.started().filter(({ commandLine }) => program.test(commandLine));
  const refusals = () => host.requests().filter(({ refusal }) => refusal !== null);

  it('starts the run, reports it in order, ends it and cleans up', async () => {
    const errand = anErrand();

    await errand.executor.execute();

    expect(errand.types).toEqual([
      'run.connecting',
      'run.starting',
      'run.attached',
      'run.started',
      'step.started',
      'step.output',
      'step.finished',
      'run.completed',
      'final-action.skipped',
      'run.finished',
      'cleanup.finished',
    ]);
    expect(errand.end).toMatchObject({ outcome: 'succeeded', failureReason: null });
  });

  it('comes back after a connection that broke, and runs nothing twice', async () => {
    const errand = anErrand({ plan: longPlan() });
    host.misbehave({ on: 'Receive', nth: 3, do: 'reset' });

    await errand.executor.execute();

    expect(errand.end).toMatchObject({ outcome: 'succeeded' });
    expect(started(/^ping/)).toHaveLength(1);
    const texts = errand.events.flatMap((event) => (event.type === 'step.output' ? [event.text] : []));
    expect(texts.join('').match(/Reply from/g)).toHaveLength(3);
  }, 20_000);

  it('follows a run on that an earlier following had started', async () => {
    const first = anErrand({ plan: longPlan() });
    const going = first.executor.execute().catch((error: unknown) => error);
    await waitFor('the run has begun', () => first.types.includes('step.started'));
    first.stop.abort(new Error('detached'));
    await going;

    const second = anErrand({ ...first.job, epoch: 2, mayHaveStarted: true });
    await second.executor.execute();

    expect(second.types.slice(0, 2)).toEqual(['run.connecting', 'run.reattached']);
    expect(second.end).toMatchObject({ outcome: 'succeeded' });
    expect(started(/^ping/)).toHaveLength(1);
  }, 20_000);

  it('tries the next credential where one is refused, and says so first', async () => {
    const wrong = aJobCredential(WRONG);
    const errand = anErrand({ credentials: [wrong, aJobCredential()] });

    await errand.executor.execute();

    expect(errand.types.slice(0, 3)).toEqual(['run.connecting', 'logon.refused', 'run.starting']);
    expect(errand.events[1]).toMatchObject({ credentialId: wrong.id, credentialVersion: 'v1' });
    expect(errand.end).toMatchObject({ outcome: 'succeeded' });
  });

  it('ends a run whose every credential is refused, after one failed logon each', async () => {
    const errand = anErrand({ credentials: [aJobCredential(WRONG), aJobCredential({ username: 'Nobody' })] });

    await errand.executor.execute();

    expect(errand.types).toEqual(['run.connecting', 'logon.refused', 'logon.refused', 'run.finished']);
    expect(errand.end).toMatchObject({ outcome: 'blocked', failureReason: 'wrong-password' });
    expect(refusals()).toHaveLength(2);
  });

  it('does not try a refused credential again, whatever for', async () => {
    const errand = anErrand({ credentials: [aJobCredential(WRONG)] });
    await errand.executor.execute();
    using deadline = Deadline.in(5_000);

    const again = [errand.door.open(deadline), errand.door.open(deadline)];

    for (const attempt of again) await expect(attempt).rejects.toThrow('could lock the account');
    expect(refusals()).toHaveLength(1);
  });

  it('leaves a credential alone that the api says is held back', async () => {
    const until = new Date(Date.now() + 60_000).toISOString();
    const errand = anErrand({ credentials: [aJobCredential({ heldBackUntil: until })] });

    await errand.executor.execute();

    expect(errand.end).toMatchObject({ outcome: 'blocked', failureReason: 'logon-held-back' });
    expect(errand.end).toMatchObject({ failureDetail: expect.stringContaining(until) });
    expect(host.requests()).toEqual([]);
  });

  it('touches nothing when it is cancelled before the start', async () => {
    const errand = anErrand();

    errand.executor.requestCancel();
    await errand.executor.execute();

    expect(errand.types).toEqual(['run.connecting', 'run.finished']);
    expect(errand.end).toMatchObject({ outcome: 'cancelled', failureReason: 'cancelled' });
    expect(host.requests()).toEqual([]);
  });

  it('cancels what runs on the target', async () => {
    const errand = anErrand({ plan: aPlan(aPackage().withStep(aCommand('Wait', 'ping -n 600 127.0.0.1'))) });
    const going = errand.executor.execute();
    await waitFor('the step runs', () => errand.types.includes('step.started'));

    errand.executor.requestCancel();
    errand.executor.requestCancel();
    await going;

    expect(errand.end).toMatchObject({ outcome: 'cancelled', failureReason: 'cancelled' });
  }, 20_000);

  it('ends a run whose shell is refused: nothing can have started', async () => {
    const errand = anErrand();
    host.misbehave({ on: 'Create', do: 'fault', code: 5 });

    await errand.executor.execute();

    expect(errand.end).toMatchObject({ outcome: 'blocked', failureReason: 'access-denied' });
    expect(started(/./)).toEqual([]);
  });

  it('asks a target once more, however late, before it gives it up', async () => {
    const first = anErrand();
    await first.executor.execute();
    const longAgo = new Date(Date.now() - 40 * 3_600_000).toISOString();

    const late = anErrand({ ...first.job, mode: 'follow', startedAt: longAgo, epoch: 2 });
    await late.executor.execute();

    expect(late.types).toContain('run.reattached');
    expect(late.end).toMatchObject({ failureReason: 'tombstone-only' });
  });

  it('gives a target up that stays away a day longer than the run can have lasted', async () => {
    const longAgo = new Date(Date.now() - 40 * 3_600_000).toISOString();
    const errand = anErrand({ mode: 'follow', startedAt: longAgo, runnerSeq: 1, epoch: 2 });
    await host.close();

    await errand.executor.execute();

    expect(errand.end).toMatchObject({ outcome: 'unknown', failureReason: 'connection-lost' });
  });

  it('says nothing more once it has been told to let go', async () => {
    const errand = anErrand({ plan: aPlan(aPackage().withStep(aCommand('Wait', 'ping -n 600 127.0.0.1'))) });
    const going = errand.executor.execute();
    await waitFor('the step runs', () => errand.types.includes('step.started'));
    const before = errand.events.length;

    errand.stop.abort(new Error('detached'));

    await expect(going).rejects.toThrow('detached');
    expect(errand.events).toHaveLength(before);
  });
});
