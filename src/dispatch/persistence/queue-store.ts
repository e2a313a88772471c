import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, IsNull, Not } from 'typeorm';
import { Database } from '../../database/database.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { ACTIVE_STATES, type WaitingReason } from '../../deployments/domain/run-state.js';
import type { WindowOverride } from '../../deployments/domain/window-override.js';
import { DeploymentEntity } from '../../deployments/persistence/deployment.entity.js';
import { TargetRunEntity } from '../../deployments/persistence/target-run.entity.js';
import type { DeploymentId, TargetRunId } from '../../shared/ids.js';
import { QueueStateEntity } from './queue-state.entity.js';

const THE_QUEUE = 'runs';
const OPEN_STATES = ['waiting', ...ACTIVE_STATES];
const SORT = { columns: { createdAt: 'createdAt', since: 'since' }, defaultSort: 'createdAt' };

/** Who paused the queue, when and why. */
export interface Pause {
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
}

/** How many runs that have not finished are in a state, and wait for a reason. */
export interface QueueCount {
  readonly state: string;
  readonly waitingFor: WaitingReason | null;
  readonly count: number;
}

export interface QueueFilter {
  readonly state?: string | undefined;
  readonly waitingFor?: string | undefined;
}

/** SQL for the queue as a whole, and for holding all of it or one deployment. */
@Injectable()
export class QueueStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Null while runs are released. */
  async pausedBy(): Promise<Pause | null> {
    const row = await this.database.reader.findOneBy(QueueStateEntity, { id: THE_QUEUE });
    if (!row || row.pausedAt === null) return null;
    return { at: row.pausedAt, by: row.pausedBy ?? '', reason: row.pauseReason };
  }

  /** Keeps what is paused already as it is. */
  async pause({ at, by, reason }: Pause): Promise<void> {
    await this.database.write(async (tx) => {
      const row = await tx.findOneBy(QueueStateEntity, { id: THE_QUEUE });
      if (row && row.pausedAt !== null) return;
      await tx.save(QueueStateEntity, { id: THE_QUEUE, pausedAt: at, pausedBy: by, pauseReason: reason });
      await hold(tx, at);
    });
  }

  async resume(at: string): Promise<void> {
    await this.database.write(async (tx) => {
      const none = { pausedAt: null, pausedBy: null, pauseReason: null };
      await tx.update(QueueStateEntity, { id: THE_QUEUE }, none);
      await letGo(tx, at);
    });
  }

  /** The most runs at a time; null: as many as the workers can follow. */
  async concurrency(): Promise<number | null> {
    const row = await this.database.reader.findOneBy(QueueStateEntity, { id: THE_QUEUE });
    return row?.concurrency ?? null;
  }

  async limit(concurrency: number | null): Promise<void> {
    await this.database.write((tx) => tx.save(QueueStateEntity, { id: THE_QUEUE, concurrency }));
  }

  /** Keeps what is paused already as it is. Answers whether it is paused now: false when it has finished. */
  async pauseDeployment(id: DeploymentId, { at, by, reason }: Pause): Promise<boolean> {
    return this.database.write(async (tx) => {
      const deployment = await tx.findOneBy(DeploymentEntity, { id });
      if (!deployment || deployment.state === 'finished') return false;
      if (deployment.state === 'paused') return true;
      const pause = { pausedAt: at, pausedBy: by, pauseReason: reason };
      await tx.update(DeploymentEntity, { id }, { state: 'paused', ...pause });
      await hold(tx, at, id);
      return true;
    });
  }

  /** What has failed so far no longer halts it. Answers whether it goes on now: false when it has finished. */
  async resumeDeployment(id: DeploymentId, at: string): Promise<boolean> {
    return this.database.write(async (tx) => {
      const deployment = await tx.findOneBy(DeploymentEntity, { id });
      if (!deployment || deployment.state === 'finished') return false;
      if (deployment.state !== 'paused') return true;
      const isEarly = deployment.notBefore !== null && deployment.notBefore > at;
      const none = { pausedAt: null, pausedBy: null, pauseReason: null };
      const state = isEarly ? 'scheduled' : 'running';
      await tx.update(DeploymentEntity, { id }, { state, failuresFrom: at, ...none });
      await letGo(tx, at);
      return true;
    });
  }

  /** The first override stays. Answers whether there is one now: false when the deployment has finished. */
  async overrideWindows(id: DeploymentId, windowOverride: WindowOverride): Promise<boolean> {
    return this.database.write(async (tx) => {
      const deployment = await tx.findOneBy(DeploymentEntity, { id });
      if (!deployment || deployment.state === 'finished') return false;
      if (deployment.windowOverride === null) await tx.update(DeploymentEntity, { id }, { windowOverride });
      return true;
    });
  }

  async counts(): Promise<QueueCount[]> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run');
    const rows = await query
      .select(['run.state AS state', 'run.waitingFor AS waitingFor'])
      .addSelect('COUNT(*)', 'count')
      .where('run.state IN (:...states)', { states: OPEN_STATES })
      .groupBy('run.state, run.waitingFor')
      .getRawMany<Omit<QueueCount, 'count'> & { count: unknown }>();
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  /** The runs that have not finished. */
  async list(filter: QueueFilter, request: ListRequest): Promise<Page<TargetRunEntity>> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run');
    query.where('run.state IN (:...states)', {
      states: filter.state === undefined ? OPEN_STATES : [filter.state],
    });
    if (filter.waitingFor !== undefined)
      query.andWhere('run.waitingFor = :reason', { reason: filter.waitingFor });
    return fetchPage(query, SORT, request);
  }

  /** Everything that has not finished. */
  async openRuns(): Promise<TargetRunId[]> {
    const rows = await this.database.reader.find(TargetRunEntity, {
      select: { id: true },
      where: { state: In(OPEN_STATES) },
    });
    return rows.map((run) => run.id);
  }

  /** Marks the deployments that have not finished as cancelled on request; the first wish counts. */
  async requestCancelOfAll(at: string): Promise<void> {
    await this.database.write(async (tx) => {
      const query = tx.createQueryBuilder().update(DeploymentEntity).set({ cancelRequestedAt: at });
      await query.where("state <> 'finished' AND cancelRequestedAt IS NULL").execute();
    });
  }
}

/** Says of waiting runs that they wait because someone paused them. */
async function hold(tx: EntityManager, at: string, deploymentId?: DeploymentId): Promise<void> {
  const query = tx.createQueryBuilder().update(TargetRunEntity).set({ waitingFor: 'paused', since: at });
  query.where("state = 'waiting' AND (waitingFor IS NULL OR waitingFor <> 'paused')");
  if (deploymentId !== undefined) query.andWhere('deploymentId = :deploymentId', { deploymentId });
  await query.execute();
}

/** Lets the dispatcher decide again about what is no longer held, by the queue or by its deployment. */
async function letGo(tx: EntityManager, at: string): Promise<void> {
  if (await tx.existsBy(QueueStateEntity, { id: THE_QUEUE, pausedAt: Not(IsNull()) })) return;
  const query = tx.createQueryBuilder().update(TargetRunEntity).set({ waitingFor: null, since: at });
  query.where("state = 'waiting' AND waitingFor = 'paused'");
  const paused = tx.createQueryBuilder(DeploymentEntity, 'held').select('held.id');
  query.andWhere(`deploymentId NOT IN (${paused.where("held.state = 'paused'").getQuery()})`);
  await query.execute();
}
