import { Inject, Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../../database/database.js';
import { TargetRunEntity } from '../../deployments/persistence/target-run.entity.js';
import type { TargetRunId } from '../../shared/ids.js';

export type FinishedRunRow = Pick<
  TargetRunEntity,
  'id' | 'assetId' | 'assetName' | 'finishedAt' | 'failureReason' | 'finalAction' | 'plan'
>;

/** SQL for the runs whose asset is to be scanned again. */
@Injectable()
export class RescanStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Runs that have finished and wait for a scan to be ordered, the longest finished first. */
  async pending(limit: number): Promise<FinishedRunRow[]> {
    return this.database.reader.find(TargetRunEntity, {
      select: {
        id: true,
        assetId: true,
        assetName: true,
        finishedAt: true,
        failureReason: true,
        finalAction: true,
        plan: true,
      },
      where: { rescan: 'pending', state: 'finished' },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** Notes that scans are ordered for them. */
  async markScheduled(ids: readonly TargetRunId[]): Promise<void> {
    await this.database.write((tx) =>
      tx.update(TargetRunEntity, { id: In([...ids]), rescan: 'pending' }, { rescan: 'scheduled' }),
    );
  }
}
