import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { OUTCOMES, wentWrong } from '../../deployments/domain/outcome.js';
import { DeploymentEntity } from '../../deployments/persistence/deployment.entity.js';
import { TargetRunEntity } from '../../deployments/persistence/target-run.entity.js';
import type { DeploymentId } from '../../shared/ids.js';
import type { WavedDeployment, WaveProgress } from '../domain/decide-wave.js';

/** A running deployment with waves or a threshold, and how its open wave stands. */
export interface OpenWave {
  readonly deployment: WavedDeployment & Pick<DeploymentEntity, 'id'>;
  readonly progress: WaveProgress;
}

const NOTHING: WaveProgress = { total: 0, finished: 0, failed: 0, lastFinishedAt: null };
const FAILED = OUTCOMES.filter(wentWrong);

/** SQL for the waves of deployments. */
@Injectable()
export class WaveStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async open(): Promise<OpenWave[]> {
    const deployments = await this.database.reader
      .createQueryBuilder(DeploymentEntity, 'deployment')
      .select(['deployment.id', 'deployment.waves', 'deployment.openWave', 'deployment.haltAtFailurePercent'])
      .where("deployment.state = 'running'")
      .andWhere('(deployment.waves IS NOT NULL OR deployment.haltAtFailurePercent IS NOT NULL)')
      .getMany();
    if (deployments.length === 0) return [];
    const progress = await this.#progress();
    return deployments.map(({ id, waves, openWave, haltAtFailurePercent }) => ({
      deployment: { id, waves: waves ?? [], openWave, haltAtFailurePercent },
      progress: progress.get(id) ?? NOTHING,
    }));
  }

  /** Lets the runs of all waves up to this one begin. */
  async openUpTo(id: DeploymentId, wave: number): Promise<void> {
    await this.database.write(async (tx) => {
      const query = tx.createQueryBuilder().update(DeploymentEntity).set({ openWave: wave });
      await query.where('id = :id AND openWave < :wave', { id, wave }).execute();
    });
  }

  /** The first wave that is not open and has a run which waits; null when there is none. */
  async nextWave(id: DeploymentId): Promise<number | null> {
    const row = await this.database.reader
      .createQueryBuilder(TargetRunEntity, 'run')
      .innerJoin(DeploymentEntity, 'its', 'its.id = run.deploymentId AND its.openWave < run.wave')
      .select('MIN(run.wave)', 'wave')
      .where("run.deploymentId = :id AND run.state = 'waiting'", { id })
      .getRawOne<{ wave: string | null }>();
    return row?.wave === null || row === undefined ? null : Number(row.wave);
  }

  async #progress(): Promise<ReadonlyMap<DeploymentId, WaveProgress>> {
    const failed =
      'run.outcome IN (:...failed) AND (its.failuresFrom IS NULL OR run.finishedAt > its.failuresFrom)';
    const rows = await this.database.reader
      .createQueryBuilder(TargetRunEntity, 'run')
      .innerJoin(DeploymentEntity, 'its', 'its.id = run.deploymentId AND its.openWave = run.wave')
      .select('run.deploymentId', 'id')
      .addSelect('COUNT(*)', 'total')
      .addSelect("SUM(CASE WHEN run.state = 'finished' THEN 1 ELSE 0 END)", 'finished')
      .addSelect(`SUM(CASE WHEN ${failed} THEN 1 ELSE 0 END)`, 'failed')
      .addSelect('MAX(run.finishedAt)', 'lastFinishedAt')
      .where("its.state = 'running'")
      .andWhere('(its.waves IS NOT NULL OR its.haltAtFailurePercent IS NOT NULL)')
      .setParameters({ failed: FAILED })
      .groupBy('run.deploymentId')
      .getRawMany<{ [Field in 'id' | keyof WaveProgress]: string | null }>();
    return new Map(rows.map((row) => [row.id as DeploymentId, progressOf(row)]));
  }
}

/** Drivers answer sums as texts. */
function progressOf(row: { readonly [Field in keyof WaveProgress]: string | null }): WaveProgress {
  const { total, finished, failed, lastFinishedAt } = row;
  return { total: Number(total), finished: Number(finished), failed: Number(failed), lastFinishedAt };
}
