import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Beat, Instruction, Registration } from '../recording/domain/door.js';
import { RunStore, type StandingRow } from '../recording/persistence/run-store.js';
import { NotFoundError } from '../shared/errors.js';
import type { Clock } from '../shared/clock.js';
import type { TargetRunId, WorkerId } from '../shared/ids.js';
import { FollowedRuns } from './domain/followed-runs.js';
import type { WorkerEntity } from './persistence/worker.entity.js';
import { WorkerStore } from './persistence/worker-store.js';

/** A worker that is silent for this long is taken for dead (DESIGN section 7). */
const SILENCE_LIMIT_MS = 30_000;
/** Long enough to see what happened, short enough that a worker which dies every minute fills nothing. */
const KEEP_ENDED_MS = 7 * 24 * 3600 * 1000;

/** Knows the workers: who lives, what each follows, what each must do. */
@Injectable()
export class WorkersService {
  readonly #listeningSinceMs: number;

  constructor(
    @Inject(WorkerStore) private readonly store: WorkerStore,
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(FollowedRuns) private readonly followed: FollowedRuns,
  ) {
    this.#listeningSinceMs = clock.now().getTime();
  }

  /** Repeating a registration is harmless. */
  async register({ instanceId, host, version, concurrency }: Registration): Promise<void> {
    const at = this.clock.now().toISOString();
    const identity = { id: instanceId as WorkerId, host, version, concurrency };
    await this.store.save({
      ...identity,
      registeredAt: at,
      lastBeatAt: at,
      runsFollowed: 0,
      draining: false,
      endedAt: null,
    });
  }

  /**
   * Takes a beat and answers what the worker must do.
   *
   * @throws NotFoundError when this worker never registered here: it registers again.
   */
  async beat(id: WorkerId, { runs, draining }: Beat): Promise<Instruction[]> {
    const lastBeatAt = this.clock.now().toISOString();
    const isKnown = await this.store.beat(id, {
      lastBeatAt,
      runsFollowed: runs.length,
      draining,
      endedAt: null,
    });
    if (!isKnown) throw new NotFoundError(`Worker ${id} is not registered`);
    this.followed.replace(id, runs);
    return this.instructionsFor(runs);
  }

  /** What a worker must do about runs that it follows. */
  async instructionsFor(runs: Beat['runs']): Promise<Instruction[]> {
    const epochs = new Map(runs.map((run) => [run.targetRunId, run.epoch]));
    const rows = await this.runs.standing([...epochs.keys()] as TargetRunId[]);
    return rows.flatMap((row) => instructionFor(row, epochs.get(row.id) ?? 0));
  }

  /** Ends a worker: its runs are handed to others by the reconciler. */
  async end(id: WorkerId): Promise<void> {
    this.followed.forget(id);
    await this.store.end(id, this.clock.now().toISOString());
  }

  /** Ends the workers that have been silent for too long, and names them. */
  async endSilent(): Promise<WorkerEntity[]> {
    const nowMs = this.clock.now().getTime();
    // While the api was away nobody could be heard: that silence was ours.
    const heardAtMs = (worker: WorkerEntity) =>
      Math.max(Date.parse(worker.lastBeatAt), this.#listeningSinceMs);
    const silent = (await this.living()).filter((worker) => nowMs - heardAtMs(worker) > SILENCE_LIMIT_MS);
    for (const worker of silent) await this.end(worker.id);
    return silent;
  }

  /** Removes workers that ended long ago: each start of a process leaves one. */
  async forgetEnded(): Promise<void> {
    await this.store.forget(new Date(this.clock.now().getTime() - KEEP_ENDED_MS).toISOString());
  }

  async list(): Promise<WorkerEntity[]> {
    return this.store.list();
  }

  async living(): Promise<WorkerEntity[]> {
    return this.store.living();
  }

  /** How many runs the living workers can follow together. */
  async capacity(): Promise<number> {
    const able = (await this.living()).filter((worker) => !worker.draining);
    return able.reduce((sum, worker) => sum + worker.concurrency, 0);
  }
}

function instructionFor(row: StandingRow, epoch: number): Instruction[] {
  if (row.epoch !== epoch) return [{ do: 'abandon', targetRunId: row.id, epoch }];
  const isCancelDue = row.cancelRequestedAt !== null && row.state !== 'finished';
  return isCancelDue ? [{ do: 'cancel', targetRunId: row.id, epoch }] : [];
}
