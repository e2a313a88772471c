import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, IsNull, Not, type SelectQueryBuilder } from 'typeorm';
import { Database } from '../../database/database.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import type { AssetId, DeploymentId, PackageId, TargetRunId } from '../../shared/ids.js';
import { isSuccess, OUTCOMES } from '../domain/outcome.js';
import { DeploymentEntity } from './deployment.entity.js';
import { TargetRunEntity } from './target-run.entity.js';

const DEPLOYMENT_SORT = { columns: { createdAt: 'createdAt' }, defaultSort: '-createdAt' };
const RUN_SORT = { columns: { assetName: 'assetName', createdAt: 'createdAt' }, defaultSort: 'assetName' };
const LOG_SORT = { columns: { completedAt: 'finishedAt' }, defaultSort: '-completedAt' };

/** SQLite takes at most 32,766 values in a statement; a run has about forty. */
const RUNS_PER_INSERT = 200;

export interface DeploymentFilter {
  readonly state?: string | undefined;
  readonly ticketId?: string | undefined;
  readonly ticketSystem?: string | undefined;
  readonly packageName?: string | undefined;
}

export interface RunFilter {
  readonly deploymentId?: string | undefined;
  readonly assetId?: string | undefined;
  readonly state?: string | undefined;
  readonly outcome?: string | undefined;
  readonly failureReason?: string | undefined;
  readonly packageName?: string | undefined;
}

/** What the log may be narrowed by; `from` and `until` are instants, the second one excluded. */
export interface LogFilter extends RunFilter {
  readonly executor?: string | undefined;
  readonly ticketId?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Another run of the same package and asset that finished and was ordered later: ids rise with time. */
const LATER_RUN = `SELECT 1 FROM target_run AS later JOIN deployment AS its ON its.id = later."deploymentId"
  WHERE later."assetId" = run."assetId" AND its."packageId" = :packageId
  AND later."finishedAt" IS NOT NULL AND later.id > run.id`;

/** Joins the transaction that stores an order. */
export type Alongside = (tx: EntityManager, id: DeploymentId) => Promise<void>;

export type FinishedRow = Pick<TargetRunEntity, 'id' | 'assetId' | 'outcome' | 'failureReason' | 'steps'>;

/** A run, as much of it as a report tells. */
export type ReportRow = Pick<
  TargetRunEntity,
  | 'assetName'
  | 'state'
  | 'outcome'
  | 'failureReason'
  | 'failureDetail'
  | 'returnCode'
  | 'lastStep'
  | 'finishedAt'
>;

/** How many runs of a deployment are in a state or ended with an outcome. */
export interface Count {
  readonly deploymentId: DeploymentId;
  readonly state: string;
  readonly outcome: string | null;
  readonly count: number;
}

/** SQL for deployments and for reading their runs. Runs are changed through the recording's RunStore only. */
@Injectable()
export class DeploymentStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Stores an order with all its runs and what goes with it, or nothing of it. */
  async insert(
    deployment: DeploymentEntity,
    runs: readonly TargetRunEntity[],
    alongside: Alongside = async () => {},
  ): Promise<void> {
    await this.database.write(async (tx) => {
      await tx.insert(DeploymentEntity, deployment);
      await insertRuns(tx, runs);
      await alongside(tx, deployment.id);
      return deployment;
    });
  }

  /** Which of these deployments have not finished. */
  async unfinished(ids: readonly DeploymentId[]): Promise<readonly DeploymentId[]> {
    const rows = await this.database.reader.findBy(DeploymentEntity, {
      id: In(ids),
      state: Not('finished'),
    });
    return rows.map((row) => row.id);
  }

  /** The assets on which the latest finished run of a package was a success of this revision. */
  async assetsWhereSucceeded(packageId: PackageId, revision: number): Promise<readonly AssetId[]> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run').select('run.assetId');
    query.innerJoin(DeploymentEntity, 'deployment', 'deployment.id = run.deploymentId');
    query.where('deployment.packageId = :packageId AND run.revision = :revision', { packageId, revision });
    query.andWhere('run.outcome IN (:...successes)', { successes: OUTCOMES.filter(isSuccess) });
    query.andWhere(`NOT EXISTS (${LATER_RUN})`);
    return (await query.getMany()).map((run) => run.assetId);
  }

  async byId(id: string): Promise<DeploymentEntity | null> {
    return this.database.reader.findOneBy(DeploymentEntity, { id: id as DeploymentId });
  }

  async byIds(ids: readonly DeploymentId[]): Promise<Map<DeploymentId, DeploymentEntity>> {
    const found = await this.database.reader.findBy(DeploymentEntity, { id: In([...new Set(ids)]) });
    return new Map(found.map((deployment) => [deployment.id, deployment]));
  }

  async list(filter: DeploymentFilter, request: ListRequest): Promise<Page<DeploymentEntity>> {
    const query = this.database.reader.createQueryBuilder(DeploymentEntity, 'deployment');
    return fetchPage(where(query, filter), DEPLOYMENT_SORT, request);
  }

  async counts(ids: readonly DeploymentId[]): Promise<Count[]> {
    if (ids.length === 0) return [];
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run');
    const rows = await query
      .select(['run.deploymentId AS deploymentId', 'run.state AS state', 'run.outcome AS outcome'])
      .addSelect('COUNT(*)', 'count')
      .where('run.deploymentId IN (:...ids)', { ids })
      .groupBy('run.deploymentId, run.state, run.outcome')
      .getRawMany<Omit<Count, 'count'> & { count: unknown }>();
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  async runById(id: string): Promise<TargetRunEntity | null> {
    return this.database.reader.findOneBy(TargetRunEntity, { id: id as TargetRunId });
  }

  async runs(filter: RunFilter, request: ListRequest): Promise<Page<TargetRunEntity>> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run');
    return fetchPage(where(query, filter), RUN_SORT, request);
  }

  /** The finished runs of a deployment, as much of them as a rerun needs. */
  async finishedRuns(deploymentId: DeploymentId): Promise<FinishedRow[]> {
    return this.database.reader.find(TargetRunEntity, {
      select: { id: true, assetId: true, outcome: true, failureReason: true, steps: true },
      where: { deploymentId, state: 'finished' },
      order: { id: 'ASC' },
    });
  }

  /** Every run of a deployment, without its plan and steps. */
  async reportRows(deploymentId: DeploymentId): Promise<ReportRow[]> {
    return this.database.reader.find(TargetRunEntity, {
      select: {
        id: true,
        assetName: true,
        state: true,
        outcome: true,
        failureReason: true,
        failureDetail: true,
        returnCode: true,
        lastStep: true,
        finishedAt: true,
      },
      where: { deploymentId },
    });
  }

  /** Finished runs, the latest first: the deployment log. */
  async log(
    { ticketId, from, until, ...filter }: LogFilter,
    request: ListRequest,
  ): Promise<Page<TargetRunEntity>> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run');
    query.andWhere("run.state = 'finished'");
    if (from !== undefined) query.andWhere('run.finishedAt >= :from', { from });
    if (until !== undefined) query.andWhere('run.finishedAt < :until', { until });
    if (ticketId !== undefined) {
      const ordered = query.subQuery().select('its.id').from(DeploymentEntity, 'its');
      ordered.where('its.ticketId = :ticketId');
      query.andWhere(`run.deploymentId IN ${ordered.getQuery()}`, { ticketId });
    }
    return fetchPage(where(query, filter), LOG_SORT, request);
  }

  /** The runs of a deployment that have not finished. */
  async openRuns(id: DeploymentId): Promise<TargetRunId[]> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run').select('run.id');
    const rows = await query.where("run.deploymentId = :id AND run.state <> 'finished'", { id }).getMany();
    return rows.map((run) => run.id);
  }

  async hasRuns(assetId: AssetId): Promise<boolean> {
    return (
      (await this.database.reader.findOne(TargetRunEntity, { where: { assetId }, select: { id: true } })) !==
      null
    );
  }

  /** The first wish counts. */
  async requestCancel(id: DeploymentId, at: string): Promise<void> {
    const first = { id, cancelRequestedAt: IsNull() };
    await this.database.write((tx) => tx.update(DeploymentEntity, first, { cancelRequestedAt: at }));
  }
}

async function insertRuns(tx: EntityManager, runs: readonly TargetRunEntity[]): Promise<void> {
  for (let from = 0; from < runs.length; from += RUNS_PER_INSERT) {
    const rows = runs.slice(from, from + RUNS_PER_INSERT);
    await tx.createQueryBuilder().insert().into(TargetRunEntity).values(rows).updateEntity(false).execute();
  }
}

/** AND of equalities over the fields that are given. Names come from our own types, values are parameters. */
function where<E extends DeploymentEntity | TargetRunEntity>(
  query: SelectQueryBuilder<E>,
  filter: DeploymentFilter | RunFilter,
): SelectQueryBuilder<E> {
  for (const [field, value] of Object.entries(filter)) {
    if (value !== undefined) query.andWhere(`${query.alias}.${field} = :${field}`, { [field]: value });
  }
  return query;
}
