import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import { type DueRescan, Rescans } from '../recording/rescans.service.js';
import type { Clock } from '../shared/clock.js';
import { newScan } from './domain/new-scan.js';
import { awaitedRestart } from './domain/settle-scan.js';
import type { ScanEntity } from './persistence/scan.entity.js';
import { ScanStore } from './persistence/scan-store.js';
import { ScanFigures } from './scan-figures.service.js';

const AT_A_TIME = 200;

/** Orders the scans after runs, and tells the runs what came of them. A crash between two steps repeats one. */
@Injectable()
export class RescanOrders {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ScanStore) private readonly store: ScanStore,
    @Inject(Rescans) private readonly rescans: Rescans,
    @Inject(ScanFigures) private readonly figures: ScanFigures,
  ) {}

  async order(): Promise<void> {
    const due = await this.rescans.due(AT_A_TIME);
    if (due.length === 0) return;
    const at = this.clock.now().toISOString();
    await this.store.insert(due.map((rescan) => scanAfter(rescan, at)));
    await this.rescans.ordered(due.map(({ targetRunId }) => targetRunId));
  }

  /** Answers how many scans have ended since it was last asked, whoever they were for. */
  async report(): Promise<number> {
    const ended = await this.store.unreported(AT_A_TIME);
    for (const scan of ended) await this.#report(scan);
    return ended.length;
  }

  async #report(scan: ScanEntity): Promise<void> {
    const { id, targetRunId, outcome, failureReason, failureDetail, changes } = scan;
    if (targetRunId !== null && outcome !== null) {
      await this.rescans.finish(targetRunId, {
        scanId: id,
        result: outcome,
        failureReason,
        failureDetail,
        changes: changes && changes.changes,
        changesOmitted: changes?.omitted ?? 0,
      });
    }
    if (outcome !== null) this.figures.countEnd(outcome);
    await this.store.change(id, async () => ({ reportedAt: this.clock.now().toISOString() }));
  }
}

function scanAfter({ assetId, assetName, targetRunId, ...run }: DueRescan, at: string): ScanEntity {
  const after = awaitedRestart(run.finishedAt, run.restartsAfterSeconds);
  return newScan({ id: assetId, name: assetName }, { cause: 'rescan', targetRunId, after }, at);
}
