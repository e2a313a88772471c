import { describe, expect, it } from '@jest/globals';
import { AT } from '../../test/harness/builders/job.js';
import { waitFor } from '../../test/harness/wait-for.js';
import type { EventAnswer, EventBatch, Instruction } from '../recording/domain/door.js';
import { type DoorClient, DoorError } from './door-client.js';
import { EventSender } from './event-sender.js';

const OPEN = new AbortController().signal;

/** A door that answers as it is told, batch by batch; by default everything is recorded. */
class ScriptedDoor {
  readonly instanceId = 'worker-1';
  readonly batches: EventBatch[] = [];
  #answers: ((batch: EventBatch) => EventAnswer)[] = [];

  next(...answers: ((batch: EventBatch) => EventAnswer)[]): void {
    this.#answers.push(...answers);
  }

  async send(batch: EventBatch): Promise<EventAnswer> {
    this.batches.push(batch);
    return (this.#answers.shift() ?? allRecorded)(batch);
  }
}

function allRecorded(batch: EventBatch): EventAnswer {
  const runs = batch.runs.map(({ targetRunId, epoch, events }) => {
    const last = (source: string) =>
      Math.max(0, ...events.filter((event) => event.source === source).map(({ event }) => event.seq));
    const progress = { runnerSeq: last('runner'), workerSeq: last('worker') };
    return { targetRunId, epoch, result: 'recorded' as const, detail: '', ...progress };
  });
  return { runs, instructions: [] };
}

const away = (): never => {
  throw new DoorError('The api did not answer', 'api-unreachable');
};

function refused(result: 'stale-epoch' | 'journal-conflict') {
  return (batch: EventBatch): EventAnswer => {
    const { runs, instructions } = allRecorded(batch);
    return { runs: runs.map((run) => ({ ...run, result, runnerSeq: 0, workerSeq: 0 })), instructions };
  };
}

function started() {
  const door = new ScriptedDoor();
  const troubles: string[] = [];
  const instructions: Instruction[] = [];
  const sender = new EventSender({
    door: door as unknown as DoorClient,
    onInstructions: (given) => instructions.push(...given),
    onTrouble: (error) => troubles.push(error.code),
  });
  sender.start();
  return { door, troubles, instructions, sender };
}

function connecting(seq: number) {
  return {
    source: 'worker' as const,
    event: { seq, at: AT, type: 'run.connecting' as const, address: 'http://pc' },
  };
}

describe('EventSender', () => {
  it.each([
    ['ends the older following when the run comes back under a higher epoch', [1, 2]],
    ['ends a following at once whose run is followed under a higher epoch', [2, 1]],
  ])('%s', async (_, epochs) => {
    const { door, sender } = started();
    const channels = epochs.map((epoch) => sender.open({ targetRunId: 'run-1', epoch }));
    const [older, newer] = channels.toSorted((left, right) => left.epoch - right.epoch);

    await expect(older?.push(connecting(1), OPEN)).rejects.toThrow('This worker follows it under epoch 2');
    await newer?.push(connecting(1), OPEN);
    await newer?.flushed(OPEN);
    await sender.stop();

    expect(older?.closed.aborted).toBe(true);
    expect(door.batches.flatMap(({ runs }) => runs.map(({ epoch }) => epoch))).toEqual([2]);
  });

  it('sends what a run reports and settles its channel', async () => {
    const { door, sender } = started();
    const channel = sender.open({ targetRunId: 'run-1', epoch: 1 });

    await channel.push(connecting(1), OPEN);
    await channel.flushed(OPEN);
    await sender.stop();

    expect(door.batches).toEqual([
      { instanceId: 'worker-1', runs: [{ targetRunId: 'run-1', epoch: 1, events: [connecting(1)] }] },
    ]);
  });

  it('sends a batch again until the api has answered, and loses nothing', async () => {
    const { door, troubles, sender } = started();
    door.next(away, away);
    const channel = sender.open({ targetRunId: 'run-1', epoch: 1 });

    await channel.push(connecting(1), OPEN);
    await channel.flushed(OPEN);
    await sender.stop();

    expect(troubles).toEqual(['api-unreachable', 'api-unreachable']);
    expect(door.batches).toHaveLength(3);
    expect(door.batches[2]).toEqual(door.batches[0]);
  });

  it.each(['stale-epoch', 'journal-conflict'] as const)(
    'closes only the run that is answered %s',
    async (result) => {
      const { door, sender } = started();
      const bad = sender.open({ targetRunId: 'run-1', epoch: 1 });
      door.next(refused(result));
      await bad.push(connecting(1), OPEN);

      await expect(bad.flushed(OPEN)).rejects.toMatchObject({ result });
      const good = sender.open({ targetRunId: 'run-2', epoch: 1 });
      await good.push(connecting(1), OPEN);

      await expect(good.flushed(OPEN)).resolves.toBeUndefined();
      await sender.stop();
    },
  );

  it('does not let a run whose events the api refuses hold up the others', async () => {
    const { door, sender, troubles } = started();
    const unless = (batch: EventBatch): EventAnswer => {
      if (!batch.runs.some(({ targetRunId }) => targetRunId === 'bad')) return allRecorded(batch);
      throw new DoorError('The api refused /events with 400', 'content-refused');
    };
    door.next(...Array.from({ length: 20 }, () => unless));
    const bad = sender.open({ targetRunId: 'bad', epoch: 1 });
    const good = sender.open({ targetRunId: 'good', epoch: 1 });
    await Promise.all([bad.push(connecting(1), OPEN), good.push(connecting(1), OPEN)]);

    await good.flushed(OPEN);
    await waitFor('the refused run is held', () => bad.isHeld);
    await sender.stop();

    expect(troubles).toContain('content-refused');
    expect(bad.peek(1_000)).toEqual([connecting(1)]);
    expect(good.isHeld).toBe(false);
  });

  it('records what came before the event that is refused, and holds back that one alone', async () => {
    const { door, sender } = started();
    const unless = (batch: EventBatch): EventAnswer => {
      if (!batch.runs.some(({ events }) => events.some(({ event }) => event.seq === 2)))
        return allRecorded(batch);
      throw new DoorError('The api refused /events with 400', 'content-refused');
    };
    door.next(away, ...Array.from({ length: 20 }, () => unless));
    const channel = sender.open({ targetRunId: 'run-1', epoch: 1 });
    for (const seq of [1, 2, 3]) await channel.push(connecting(seq), OPEN);

    await waitFor('the refused event is held', () => channel.isHeld);
    await sender.stop();

    expect(channel.peek(10_000)).toEqual([connecting(2), connecting(3)]);
    expect(channel.recordedWorkerSeq).toBe(1);
  });

  it('sends what else has come while one run alone gets no answer', async () => {
    const { door, sender } = started();
    const unless = (batch: EventBatch): EventAnswer => {
      if (batch.runs.length > 1) return allRecorded(batch);
      throw new DoorError('The api refused /events with 500', 'api-unreachable');
    };
    door.next(...Array.from({ length: 20 }, () => unless));
    const bad = sender.open({ targetRunId: 'bad', epoch: 1 });
    await bad.push(connecting(1), OPEN);
    await waitFor('it was sent', () => door.batches.length > 0);
    const good = sender.open({ targetRunId: 'good', epoch: 1 });
    await good.push(connecting(1), OPEN);

    await expect(good.flushed(OPEN)).resolves.toBeUndefined();
    await sender.stop();
  });

  it('passes on the instructions of every answer', async () => {
    const { door, instructions, sender } = started();
    const cancel = { do: 'cancel' as const, targetRunId: 'run-1', epoch: 1 };
    door.next((batch) => ({ ...allRecorded(batch), instructions: [cancel] }));
    const channel = sender.open({ targetRunId: 'run-1', epoch: 1 });

    await channel.push(connecting(1), OPEN);
    await channel.flushed(OPEN);
    await sender.stop();

    expect(instructions).toEqual([cancel]);
  });

  it('leaves an answer for an earlier following of the run alone', async () => {
    const { door, sender } = started();
    const gate = Promise.withResolvers<void>();
    const old = sender.open({ targetRunId: 'run-1', epoch: 1 });
    door.next((batch) => {
      gate.resolve();
      return refused('stale-epoch')(batch);
    });
    await old.push(connecting(1), OPEN);
    const fresh = sender.open({ targetRunId: 'run-1', epoch: 2 });
    await gate.promise;

    await fresh.push(connecting(1), OPEN);

    await expect(fresh.flushed(OPEN)).resolves.toBeUndefined();
    await sender.stop();
  });

  it('ends at once when it is stopped while the api is away', async () => {
    const { door, sender, troubles } = started();
    door.next(...Array.from({ length: 50 }, () => away));
    const channel = sender.open({ targetRunId: 'run-1', epoch: 1 });
    await channel.push(connecting(1), OPEN);
    await new Promise(setImmediate);

    await sender.stop();

    expect(troubles.length).toBeGreaterThan(0);
    expect(channel.peek(1_000)).toHaveLength(1);
  });
});
