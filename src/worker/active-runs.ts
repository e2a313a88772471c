import type { Beat, Instruction } from '../recording/domain/door.js';

/** One following as the worker's other parts see it. */
export interface ActiveRun {
  readonly targetRunId: string;
  readonly epoch: number;
  /** Sets the cancel flag on the target; may be called any number of times. */
  requestCancel(): void;
  /** Stops following: nothing more is recorded or done for this run by this worker. */
  abandon(reason: 'stale-epoch' | 'detached'): void;
}

/** The runs that this worker follows, for its beats and for the instructions that come back. */
export class ActiveRuns {
  readonly #runs = new Map<string, ActiveRun>();

  /** The one of the highest epoch stands for a run: an older following is about to end. */
  add(run: ActiveRun): void {
    if ((this.#runs.get(run.targetRunId)?.epoch ?? 0) > run.epoch) return;
    this.#runs.set(run.targetRunId, run);
  }

  remove(run: ActiveRun): void {
    if (this.#runs.get(run.targetRunId) === run) this.#runs.delete(run.targetRunId);
  }

  get size(): number {
    return this.#runs.size;
  }

  list(): Beat['runs'] {
    return [...this.#runs.values()].map(({ targetRunId, epoch }) => ({ targetRunId, epoch }));
  }

  /** Carries instructions out. Those for a run or epoch that is not followed here are not ours. */
  obey(instructions: readonly Instruction[]): void {
    for (const instruction of instructions) {
      const run = this.#runs.get(instruction.targetRunId);
      if (run?.epoch !== instruction.epoch) continue;
      if (instruction.do === 'cancel') run.requestCancel();
      else run.abandon('stale-epoch');
    }
  }

  abandonAll(): void {
    for (const run of this.#runs.values()) run.abandon('detached');
  }
}
