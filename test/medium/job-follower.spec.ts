import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type JobPayload, jobIdOf, sealJob } from '../../src/dispatch/domain/sealed-job.js';
import type { DoorEvent } from '../../src/recording/domain/door.js';
import { systemClock } from '../../src/shared/clock.js';
import { ActiveRuns } from '../../src/worker/active-runs.js';
import type { EventSender } from '../../src/worker/event-sender.js';
import { JobFollower } from '../../src/worker/job-follower.js';
import { HOLDS_MS, RunChannel } from '../../src/worker/run-channel.js';
import type { ScanErrands } from '../../src/worker/scan-errand.js';
import type { SessionOptions } from '../../src/winrm/index.js';
import { aJob } from '../harness/builders/job.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import { aPlan } from '../harness/builders/walk-events.js';
import { startWindowsHost, type WindowsHost } from '../windows-host/host.js';
import { createStandInBackend } from '../windows-host/stand-in/backend.js';

const KEY = randomBytes(32);
const NO_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The sender to an api that records every event but those of one type. */
class RecordingSender {
  readonly events: DoorEvent['event'][] = [];
  #refused: string | undefined;

  refuse(type: string): void {
    this.#refused = type;
  }

  open(run: { targetRunId: string; epoch: number }, recordedWorkerSeq = 0): RunChannel {
    const channel: RunChannel = new RunChannel(
      run,
      () => queueMicrotask(() => this.#record(channel)),
      recordedWorkerSeq,
    );
    return channel;
  }

  release(): void {}

  #record(channel: RunChannel): void {
    for (const { source, event } of channel.peek(Number.MAX_SAFE_INTEGER)) {
      if (event.type === this.#refused) return this.#refuseFor(channel);
      this.events.push(event);
      const progress = { runnerSeq: 0, workerSeq: 0, [`${source}Seq`]: event.seq };
      const { targetRunId, epoch } = channel;
      channel.settle({ targetRunId, epoch, result: 'recorded', detail: '', ...progress });
    }
  }

  #refuseFor(channel: RunChannel): void {
    for (let time = 0; time <= HOLDS_MS.length; time++) channel.hold('the api is another version');
  }
}

describe('a worker that meets a fault of its own', () => {
  let host: WindowsHost;
  let sender: RecordingSender;

  beforeEach(async () => {
    const accounts = [{ user: 'Administrator', password: 'Right-1234' }];
    const backend = createStandInBackend({ name: 'PC-0001' });
    host = await startWindowsHost({ name: 'PC-0001', backend, accounts });
    sender = new RecordingSender();
  });

  afterEach(() => host.close());

  async function follow(
    changes: Partial<JobPayload>,
    onWinrmEvent?: SessionOptions['onEvent'],
  ): Promise<void> {
    const plan = aPlan(aPackage().withStep(aCommand('Wait', 'ping -n 3 127.0.0.1')));
    const job = aJob({ plan, ...changes });
    const here = { ...job, target: { ...job.target, address: host.address, port: host.port } };
    const follower = new JobFollower({
      jobKey: KEY,
      sender: sender as unknown as EventSender,
      runs: new ActiveRuns(),
      clock: systemClock,
      log: NO_LOG,
      scans: undefined as unknown as ScanErrands,
      ...(onWinrmEvent ? { onWinrmEvent } : {}),
    });
    const id = jobIdOf(here.targetRunId, here.epoch);
    await follower.follow(id, sealJob(here, KEY), new AbortController().signal);
  }

  const types = () => sender.events.map(({ type }) => type);
  const fault = () => {
    throw new Error('a fault of ours');
  };

  it('hands a run back that may go on at its target: it is not over, and its asset not free', async () => {
    let faults = 0;
    await follow({}, () => {
      if (types().includes('step.started') && faults++ === 0) fault();
    });

    expect(types()).not.toContain('run.finished');
    expect(sender.events.at(-1)).toMatchObject({
      type: 'run.reconciling',
      detail: 'The worker met an error of its own and let go: a fault of ours',
    });
  });

  it('ends a run of which nothing was started', async () => {
    await follow({}, fault);

    expect(types()).toEqual(['run.connecting', 'run.finished']);
    expect(sender.events.at(-1)).toMatchObject({ outcome: 'unknown', failureReason: 'worker-error' });
  });

  it('ends a run that must have been over for a day', async () => {
    const startedAt = new Date(Date.now() - 40 * 3_600_000).toISOString();

    await follow({ mode: 'follow', epoch: 2, startedAt, runnerSeq: 1 }, fault);

    expect(sender.events.at(-1)).toMatchObject({ type: 'run.finished', failureReason: 'worker-error' });
  });

  it('ends a run whose events the api would not take, and names the first of them', async () => {
    sender.refuse('step.started');

    await follow({});

    expect(types()).toEqual([
      'run.connecting',
      'run.starting',
      'run.attached',
      'run.started',
      'run.finished',
    ]);
    expect(sender.events.at(-1)).toMatchObject({
      seq: 4,
      outcome: 'unknown',
      failureReason: 'worker-error',
      failureDetail: 'step.started (runner event 2) was not recorded: the api is another version',
    });
  });
});
