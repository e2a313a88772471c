import { Inject, Injectable } from '@nestjs/common';
import type { AssetId, TargetRunId } from '../shared/ids.js';
import type { RescanFinished } from './domain/run-event.js';
import { type FinishedRunRow, RescanStore } from './persistence/rescan-store.js';
import { RunStore } from './persistence/run-store.js';

/** A finished run whose asset is to be scanned again. */
export interface DueRescan {
  readonly targetRunId: TargetRunId;
  readonly assetId: AssetId;
  readonly assetName: string;
  readonly finishedAt: string;
  /** A restart that the run brought about: seconds from its end until it begins; null when there is none. */
  readonly restartsAfterSeconds: number | null;
}

/** The runs' side of the scans after them: which are due, and what came of each. */
@Injectable()
export class Rescans {
  constructor(
    @Inject(RescanStore) private readonly store: RescanStore,
    @Inject(RunStore) private readonly runs: RunStore,
  ) {}

  /** Some runs for which no scan is ordered yet. */
  async due(limit: number): Promise<DueRescan[]> {
    return (await this.store.pending(limit)).map(dueRescan);
  }

  /** Notes that scans are ordered for these runs, so that `due` does not name them again. */
  async ordered(ids: readonly TargetRunId[]): Promise<void> {
    if (ids.length > 0) await this.store.markScheduled(ids);
  }

  /** Records the end of a run's scan. Saying it twice records it once; a run that is gone is passed over. */
  async finish(id: TargetRunId, ending: Omit<RescanFinished, 'type'>): Promise<void> {
    await this.runs.change([id], (writer) => {
      if (writer.run.rescan !== 'scheduled' && writer.run.rescan !== 'pending') return false;
      writer.addApiEvent({ type: 'rescan.finished', ...ending });
      return true;
    });
  }
}

function dueRescan(run: FinishedRunRow): DueRescan {
  return {
    targetRunId: run.id,
    assetId: run.assetId,
    assetName: run.assetName,
    finishedAt: run.finishedAt ?? '',
    restartsAfterSeconds: restartOf(run),
  };
}

/** A shutdown counts too: what comes back then has been started again. */
function restartOf({ finalAction, failureReason, plan }: FinishedRunRow): number | null {
  if (finalAction === 'reboot' || finalAction === 'shutdown') return plan.finalAction.waitSeconds;
  return failureReason === 'reboot-started-by-step' ? 0 : null;
}
