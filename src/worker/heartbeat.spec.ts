import { describe, expect, it } from '@jest/globals';
import type { BeatAnswer, Instruction } from '../recording/domain/door.js';
import { ActiveRuns } from './active-runs.js';
import { type DoorClient, DoorError } from './door-client.js';
import { Heartbeat } from './heartbeat.js';

const REGISTRATION = { instanceId: 'worker-1', host: 'box', version: '1', concurrency: 10 };
const CANCEL: Instruction = { do: 'cancel', targetRunId: 'run-1', epoch: 1 };

/** Records what is asked of it, and fails as often as it is told. */
class FakeDoor {
  readonly calls: string[] = [];
  readonly #failures: { readonly call: string; readonly code: DoorError['code'] }[] = [];
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined;

  /** Fails the next calls of this kind. */
  fail(call: 'register' | 'beat', ...codes: DoorError['code'][]): void {
    this.#failures.push(...codes.map((code) => ({ call, code })));
  }

  async register(): Promise<void> {
    this.#take('register');
  }

  async beat(): Promise<BeatAnswer> {
    this.#take('beat');
    return { instructions: [CANCEL] };
  }

  until(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { count, resolve };
      this.#tell();
    });
  }

  #take(call: string): void {
    this.calls.push(call);
    this.#tell();
    const index = this.#failures.findIndex((failure) => failure.call === call);
    const [failure] = index < 0 ? [] : this.#failures.splice(index, 1);
    if (failure) throw new DoorError(`${call} failed`, failure.code);
  }

  #tell(): void {
    if (this.#awaited && this.calls.length >= this.#awaited.count) this.#awaited.resolve();
  }
}

function aHeartbeat(door: FakeDoor) {
  const troubles: string[] = [];
  const instructions: Instruction[] = [];
  const heartbeat = new Heartbeat({
    door: door as unknown as DoorClient,
    runs: new ActiveRuns(),
    registration: REGISTRATION,
    isDraining: () => false,
    onInstructions: (given) => instructions.push(...given),
    onTrouble: (error) => troubles.push(error.code),
  });
  return { heartbeat, troubles, instructions };
}

describe('Heartbeat', () => {
  it('registers, beats at once and passes the instructions on', async () => {
    const door = new FakeDoor();
    const { heartbeat, instructions } = aHeartbeat(door);

    await heartbeat.start();
    await door.until(2);
    await new Promise(setImmediate);
    await heartbeat.stop();

    expect(door.calls).toEqual(['register', 'beat']);
    expect(instructions).toEqual([CANCEL]);
  });

  it('registers again when the api does not know it any more', async () => {
    const door = new FakeDoor();
    const { heartbeat, troubles } = aHeartbeat(door);
    door.fail('beat', 'worker-unknown');
    await heartbeat.start();
    await door.until(3);
    await heartbeat.stop();

    expect(door.calls).toEqual(['register', 'beat', 'register']);
    expect(troubles).toEqual([]);
  });

  it('beats at once when it is woken', async () => {
    const door = new FakeDoor();
    const { heartbeat } = aHeartbeat(door);
    await heartbeat.start();
    await door.until(2);

    heartbeat.beatNow();
    await door.until(3);
    await heartbeat.stop();

    expect(door.calls).toEqual(['register', 'beat', 'beat']);
  });

  it('reports an api that is away and goes on', async () => {
    const door = new FakeDoor();
    const { heartbeat, troubles } = aHeartbeat(door);
    door.fail('beat', 'api-unreachable');
    await heartbeat.start();
    await door.until(2);
    heartbeat.beatNow();
    await door.until(3);
    await heartbeat.stop();

    expect(troubles).toEqual(['api-unreachable']);
  });

  it('tries to register until the api is there', async () => {
    const door = new FakeDoor();
    door.fail('register', 'api-unreachable');
    const { heartbeat, troubles } = aHeartbeat(door);

    await heartbeat.start();
    await heartbeat.stop();

    expect(door.calls.filter((call) => call === 'register')).toHaveLength(2);
    expect(troubles).toEqual(['api-unreachable']);
  });

  it('gives up registering when it is stopped', async () => {
    const door = new FakeDoor();
    door.fail('register', ...Array.from({ length: 100 }, () => 'api-unreachable' as const));
    const { heartbeat } = aHeartbeat(door);
    const starting = heartbeat.start();
    await door.until(1);

    await heartbeat.stop();

    await expect(starting).rejects.toThrow('aborted');
  });
});
