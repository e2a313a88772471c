import { describe, expect, it } from '@jest/globals';
import type { DoorEvent, RecordedRun } from '../recording/domain/door.js';
import { AT, journalEvent } from '../../test/harness/builders/job.js';
import { ChannelClosedError, HOLDS_MS, RunChannel } from './run-channel.js';

const RUN = { targetRunId: 'run-1', epoch: 2 };
const OPEN = new AbortController().signal;

function output(seq: number, characters: number): DoorEvent {
  const event = journalEvent(seq, 'step.output', {
    index: 0,
    stream: 'stdout',
    text: 'x'.repeat(characters),
  });
  return { source: 'runner', nextOffset: seq, digest: 'd'.repeat(64), event };
}

function connecting(seq: number): DoorEvent {
  return { source: 'worker', event: { seq, at: AT, type: 'run.connecting', address: 'http://pc' } };
}

function answer(changes: Partial<RecordedRun> = {}): RecordedRun {
  return { ...RUN, result: 'recorded', detail: '', runnerSeq: 0, workerSeq: 0, ...changes };
}

/** Whether a promise is settled once everything that can happen now has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
}

describe('RunChannel', () => {
  it('wakes the sender with each event and keeps it until it is committed', async () => {
    let wakes = 0;
    const channel = new RunChannel(RUN, () => (wakes += 1));

    await channel.push(connecting(1), OPEN);
    await channel.push(output(1, 10), OPEN);
    const before = channel.peek(1_000_000);
    channel.settle(answer({ workerSeq: 1 }));

    expect(wakes).toBe(2);
    expect(before).toHaveLength(2);
    expect(channel.peek(1_000_000)).toEqual([output(1, 10)]);
  });

  it('makes the reader wait when 256 KiB have not been committed, and lets it go on when they have', async () => {
    const channel = new RunChannel(RUN, () => {});
    await channel.push(output(1, 200 * 1024), OPEN);

    const waiting = channel.push(output(2, 60 * 1024), OPEN);
    const settledBefore = await isSettled(waiting);
    channel.settle(answer({ runnerSeq: 1 }));

    expect(settledBefore).toBe(false);
    await expect(waiting).resolves.toBeUndefined();
  });

  it('gives at least one event however large, and no more than were asked for', async () => {
    const channel = new RunChannel(RUN, () => {});
    for (const seq of [1, 2, 3]) await channel.push(output(seq, 1_000), OPEN);

    expect(channel.peek(10)).toHaveLength(1);
    expect(channel.peek(2_500)).toHaveLength(2);
  });

  it('counts what a target makes long, so that no batch outgrows what the door takes', async () => {
    const survivors = Array.from({ length: 200 }, (_, pid) => ({ pid, name: 'x'.repeat(260) }));
    const channel = new RunChannel(RUN, () => {});
    for (const seq of [1, 2, 3]) {
      const event = journalEvent(seq, 'kill.incomplete', { index: 0, survivors, installerBusy: false });
      await channel.push({ source: 'runner', nextOffset: seq, digest: 'd'.repeat(64), event }, OPEN);
    }

    expect(channel.peek(128 * 1024)).toHaveLength(2);
  });

  it('is flushed only when everything is committed', async () => {
    const channel = new RunChannel(RUN, () => {});
    await channel.push(connecting(1), OPEN);
    await channel.push(output(1, 10), OPEN);

    const flushed = channel.flushed(OPEN);
    channel.settle(answer({ workerSeq: 1 }));
    const afterHalf = await isSettled(flushed);
    channel.settle(answer({ workerSeq: 1, runnerSeq: 1 }));

    expect(afterHalf).toBe(false);
    await expect(flushed).resolves.toBeUndefined();
  });

  it.each(['stale-epoch', 'closed', 'journal-conflict'] as const)(
    'closes when the api answers %s: waiters are told, and nothing more is taken',
    async (result) => {
      const channel = new RunChannel(RUN, () => {});
      await channel.push(output(1, 10), OPEN);
      const waiting = channel.flushed(OPEN);

      channel.settle(answer({ result, detail: 'the reason' }));

      await expect(waiting).rejects.toMatchObject({
        name: 'ChannelClosedError',
        result,
        message: 'the reason',
      });
      await expect(channel.push(output(2, 10), OPEN)).rejects.toBeInstanceOf(ChannelClosedError);
      expect(channel.closed.aborted).toBe(true);
      expect(channel.peek(1_000)).toEqual([]);
    },
  );

  it('keeps what was not recorded, to send it again a little later', async () => {
    const channel = new RunChannel(RUN, () => {});
    await channel.push(output(1, 10), OPEN);

    channel.settle(answer({ result: 'not-recorded', detail: 'SQLITE_CONSTRAINT' }));

    expect([channel.isHeld, channel.closed.aborted]).toEqual([true, false]);
    expect(channel.peek(1_000)).toEqual([output(1, 10)]);
  });

  it('closes when the same is not recorded again and again, and names it', async () => {
    const channel = new RunChannel(RUN, () => {});
    await channel.push(connecting(1), OPEN);
    await channel.push(output(1, 10), OPEN);
    channel.settle(answer({ workerSeq: 1 }));
    const waiting = channel.flushed(OPEN);

    for (let time = 0; time <= HOLDS_MS.length; time++) channel.hold('it is refused');

    await expect(waiting).rejects.toMatchObject({
      result: 'not-recorded',
      message: 'step.output (runner event 1) was not recorded: it is refused',
    });
    expect(channel.recordedWorkerSeq).toBe(1);
  });

  it('begins to count anew with every answer that records something', async () => {
    const channel = new RunChannel(RUN, () => {});
    await channel.push(output(1, 10), OPEN);

    for (let time = 0; time < 20; time++) {
      channel.hold('it is refused');
      channel.settle(answer({}));
    }

    expect(channel.closed.aborted).toBe(false);
  });

  it('lets a waiter go with the reason of its signal', async () => {
    const channel = new RunChannel(RUN, () => {});
    const stop = new AbortController();
    await channel.push(connecting(1), OPEN);
    const waiting = channel.flushed(stop.signal);

    stop.abort(new Error('detached'));

    await expect(waiting).rejects.toThrow('detached');
  });
});
