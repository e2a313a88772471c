import type { Beat } from '../../recording/domain/door.js';

/**
 * What each worker said in its last beat that it follows. Kept in memory only: after a restart of the api the
 * workers say it again within one beat.
 */
export class FollowedRuns {
  readonly #byWorker = new Map<string, ReadonlyMap<string, number>>();

  replace(workerId: string, runs: Beat['runs']): void {
    this.#byWorker.set(workerId, new Map(runs.map((run) => [run.targetRunId, run.epoch])));
  }

  forget(workerId: string): void {
    this.#byWorker.delete(workerId);
  }

  isFollowed(targetRunId: string, epoch: number): boolean {
    return [...this.#byWorker.values()].some((runs) => runs.get(targetRunId) === epoch);
  }
}
