import { Inject, Injectable } from '@nestjs/common';
import { In, type SelectQueryBuilder } from 'typeorm';
import { Database } from '../../database/database.js';
import { ACTIVE_STATES } from '../../deployments/domain/run-state.js';
import { DeploymentEntity } from '../../deployments/persistence/deployment.entity.js';
import { TargetRunEntity } from '../../deployments/persistence/target-run.entity.js';
import type { DeploymentId } from '../../shared/ids.js';
import type { Hold } from '../domain/decide-releases.js';
import type { ActiveRun, WaitingRun } from '../domain/dispatch-state.js';

/** SQLite takes at most 32,766 values in a statement. */
const IDS_PER_STATEMENT = 5_000;
/** The fields of a run that a decision needs; an index holds all of them (IDX_target_run_waiting). */
const FIELDS = ['id', 'deploymentId', 'assetId', 'shareId', 'wave', 'waitingFor', 'expiresAt'] as const;

/** What is known already, so that runs which it still holds need not be read. */
export interface Standing {
  readonly now: string;
  readonly isPaused: boolean;
  /** Whether one more run could be released at all. */
  readonly hasRoom: boolean;
}

const DEPLOYMENT_FIELDS = [
  'id',
  'state',
  'priority',
  'createdAt',
  'notBefore',
  'openWave',
  'expectedDurationSeconds',
  'windowOverride',
  'lastReleasedAt',
  'concurrency',
] as const;

export type OpenDeploymentRow = Pick<DeploymentEntity, (typeof DEPLOYMENT_FIELDS)[number]>;

/** SQL for the dispatcher's decision. A run's state is changed through RunStore only, its reason to wait also here. */
@Injectable()
export class DispatchStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async hasWaiting(): Promise<boolean> {
    return this.database.reader.existsBy(TargetRunEntity, { state: 'waiting' });
  }

  async openDeployments(): Promise<OpenDeploymentRow[]> {
    return this.database.reader
      .createQueryBuilder(DeploymentEntity, 'deployment')
      .select(DEPLOYMENT_FIELDS.map((field) => `deployment.${field}`))
      .where("deployment.state <> 'finished'")
      .getMany();
  }

  async active(): Promise<ActiveRun[]> {
    return this.#runs()
      .where('run.state IN (:...states)', { states: [...ACTIVE_STATES] })
      .getRawMany<ActiveRun>();
  }

  /**
   * The waiting runs in the order in which they were ordered: those that have expired, that nobody has looked at yet, and
   * that might go now. Left out is what says already that it waits, and waits still, for something SQL can tell: a pause,
   * an instant, a wave, an asset with a run, room at all. What waits for a window, a scan or a limit of its own is read each
   * time. There is no limit to their number, so none hides another.
   */
  async waiting(standing: Standing): Promise<WaitingRun[]> {
    const query = this.#runs().where("run.state = 'waiting'");
    query.andWhere(
      `(run.expiresAt <= :now OR run.waitingFor IS NULL OR NOT (${stillHeld(query, standing)}))`,
    );
    query.setParameters({ now: standing.now, active: [...ACTIVE_STATES] });
    const rows = await query
      .orderBy('run.id', 'ASC')
      .getRawMany<Omit<WaitingRun, 'wave'> & { readonly wave: unknown }>();
    // Some drivers answer 64-bit numbers as text.
    return rows.map((row) => ({ ...row, wave: Number(row.wave) }));
  }

  async hold(holds: readonly Hold[], at: string): Promise<void> {
    if (holds.length === 0) return;
    const byReason = Map.groupBy(holds, (hold) => hold.waitingFor);
    await this.database.write(async (tx) => {
      for (const [waitingFor, held] of byReason) {
        for (let from = 0; from < held.length; from += IDS_PER_STATEMENT) {
          const ids = held.slice(from, from + IDS_PER_STATEMENT).map(({ id }) => id);
          // Someone may have cancelled or paused meanwhile; the next look sees to it.
          await tx.update(TargetRunEntity, { id: In(ids), state: 'waiting' }, { waitingFor, since: at });
        }
      }
    });
  }

  async markReleased(deploymentIds: readonly DeploymentId[], at: string): Promise<void> {
    if (deploymentIds.length === 0) return;
    const where = { id: In([...deploymentIds]) };
    await this.database.write((tx) => tx.update(DeploymentEntity, where, { lastReleasedAt: at }));
  }

  /** Says of deployments that their time has come. */
  async begin(deploymentIds: readonly DeploymentId[]): Promise<void> {
    if (deploymentIds.length === 0) return;
    const where = { id: In([...deploymentIds]), state: 'scheduled' as const };
    await this.database.write((tx) => tx.update(DeploymentEntity, where, { state: 'running' }));
  }

  #runs(): SelectQueryBuilder<TargetRunEntity> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run').select([]);
    for (const field of FIELDS) query.addSelect(`run.${field}`, field);
    return query;
  }
}

/** SQL that is true for a run which says why it waits, when that is so still. */
function stillHeld(query: SelectQueryBuilder<TargetRunEntity>, { isPaused, hasRoom }: Standing): string {
  const paused = query.subQuery().select('held.id').from(DeploymentEntity, 'held');
  const early = query.subQuery().select('early.id').from(DeploymentEntity, 'early');
  const waved = query.subQuery().select('1').from(DeploymentEntity, 'waved');
  const busy = query.subQuery().select('1').from(TargetRunEntity, 'busy');
  const reasons = [
    isPaused
      ? "run.waitingFor = 'paused'"
      : heldWith('paused', paused.where("held.state = 'paused'").getQuery()),
    heldWith('not-before', early.where('early.notBefore > :now').getQuery()),
    `run.waitingFor = 'wave' AND EXISTS ${waved
      .where('waved.id = run.deploymentId AND waved.openWave < run.wave')
      .getQuery()}`,
    `run.waitingFor = 'asset-free' AND EXISTS ${busy
      .where('busy.assetId = run.assetId AND busy.state IN (:...active)')
      .getQuery()}`,
    ...(hasRoom ? [] : ["run.waitingFor = 'concurrency'"]),
  ];
  return reasons.map((reason) => `(${reason})`).join(' OR ');
}

function heldWith(reason: string, deployments: string): string {
  return `run.waitingFor = '${reason}' AND run.deploymentId IN ${deployments}`;
}
