import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Database } from '../../database/database.js';
import { TargetRunEntity } from '../../deployments/persistence/target-run.entity.js';
import type { AssetId } from '../../shared/ids.js';
import { nextSweepAt } from '../domain/sweep-backoff.js';
import { AssetSweepEntity } from './asset-sweep.entity.js';

/** Which runs are looked for; instants. */
export interface PendingQuery {
  readonly finishedAfter: string;
  readonly finishedBefore: string;
  /** Leaves out assets that are asked again later than this; undefined: none. */
  readonly dueBy: string | undefined;
  readonly limit: number;
}

export type PendingRow = Pick<TargetRunEntity, 'id' | 'assetId'>;

/** SQL for sweeps: the runs that have left something on their asset, and when each asset is asked again. */
@Injectable()
export class SweepStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Finished runs whose clean-up is pending, the longest finished first. */
  async pending({ finishedAfter, finishedBefore, dueBy, limit }: PendingQuery): Promise<PendingRow[]> {
    const query = this.database.reader
      .createQueryBuilder(TargetRunEntity, 'run')
      .select(['run.id', 'run.assetId'])
      .where("run.cleanup = 'pending' AND run.state = 'finished'")
      .andWhere('run.finishedAt > :finishedAfter AND run.finishedAt <= :finishedBefore', {
        finishedAfter,
        finishedBefore,
      });
    if (dueBy !== undefined) {
      const notDue = query.subQuery().select('sweep.assetId').from(AssetSweepEntity, 'sweep');
      query.andWhere(`run.assetId NOT IN ${notDue.where('sweep.dueAt > :dueBy').getQuery()}`, { dueBy });
    }
    return query.orderBy('run.finishedAt').addOrderBy('run.id').limit(limit).getMany();
  }

  /** How many runs have left something that is not given up yet. */
  async countPending(finishedAfter: string): Promise<number> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run');
    return query
      .where("run.cleanup = 'pending' AND run.state = 'finished'")
      .andWhere('run.finishedAt > :finishedAfter', { finishedAfter })
      .getCount();
  }

  /** Counts another attempt for these assets, and sets when the next one is due. */
  async markAttempt(assetIds: readonly AssetId[], now: Date): Promise<void> {
    await this.database.write(async (tx) => {
      const known = await tx.findBy(AssetSweepEntity, { assetId: In([...assetIds]) });
      const attempts = new Map(known.map((sweep) => [sweep.assetId, sweep.attempts]));
      await tx.save(
        AssetSweepEntity,
        assetIds.map((assetId) => nextAttempt(assetId, (attempts.get(assetId) ?? 0) + 1, now)),
      );
    });
  }

  /** Forgets assets on which nothing is left, so that the next time begins anew. */
  async forgetSettled(finishedAfter: string): Promise<void> {
    const settled = await this.#settled(finishedAfter);
    if (settled.length === 0) return;
    await this.database.write((tx) => remove(tx, settled));
  }

  async #settled(finishedAfter: string): Promise<AssetId[]> {
    const query = this.database.reader.createQueryBuilder(AssetSweepEntity, 'sweep').select('sweep.assetId');
    const open = query
      .subQuery()
      .select('run.assetId')
      .from(TargetRunEntity, 'run')
      .where("run.cleanup = 'pending' AND run.state = 'finished' AND run.finishedAt > :finishedAfter");
    query.where(`sweep.assetId NOT IN ${open.getQuery()}`, { finishedAfter });
    return (await query.limit(ASSETS_AT_A_TIME).getMany()).map((sweep) => sweep.assetId);
  }
}

const ASSETS_AT_A_TIME = 1_000;

function nextAttempt(assetId: AssetId, attempts: number, now: Date): AssetSweepEntity {
  return { assetId, attempts, dueAt: nextSweepAt(attempts, now).toISOString() };
}

async function remove(tx: EntityManager, assetIds: readonly AssetId[]): Promise<void> {
  await tx.delete(AssetSweepEntity, { assetId: In([...assetIds]) });
}
