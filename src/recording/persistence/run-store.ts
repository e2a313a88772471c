import { Inject, Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { CLOCK } from '../../config/config.module.js';
import { Database } from '../../database/database.js';
import { ACTIVE_STATES, type DeploymentState } from '../../deployments/domain/run-state.js';
import { DeploymentEntity } from '../../deployments/persistence/deployment.entity.js';
import { TargetRunEntity } from '../../deployments/persistence/target-run.entity.js';
import type { Clock } from '../../shared/clock.js';
import type { DeploymentId, TargetRunId } from '../../shared/ids.js';
import { Bells } from '../domain/bells.js';
import { type CommittedChange, RunWriter } from './run-writer.js';

/** SQLite takes at most 32,766 values in a statement. */
const IDS_PER_QUERY = 5_000;

/** The runs in SQL: what is active, and the one way to change them. */
@Injectable()
export class RunStore {
  readonly #listeners: ((change: CommittedChange) => void)[] = [];

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Bells) private readonly bells: Bells,
  ) {}

  /**
   * Changes runs in one transaction and rings their bells once it is committed. `change` sees each row as it is
   * inside the transaction; where it returns false, nothing is written for that run. Ids that do not exist are
   * passed over. Answers the runs that were changed, in the order of their ids.
   */
  async change(
    ids: readonly TargetRunId[],
    change: (writer: RunWriter) => boolean | Promise<boolean>,
  ): Promise<TargetRunEntity[]> {
    if (ids.length === 0) return [];
    const at = this.clock.now().toISOString();
    const changed = await this.database.write(async (tx) => {
      const written: RunWriter[] = [];
      for (const run of await tx.find(TargetRunEntity, {
        where: { id: In([...ids]) },
        order: { id: 'ASC' },
      })) {
        const writer = new RunWriter(tx, run, at);
        if (!(await change(writer))) continue;
        await writer.save();
        written.push(writer);
      }
      return written;
    });
    for (const writer of changed) this.#tell(writer);
    return changed.map((writer) => writer.run);
  }

  /** Tells the listener about every change of a run from now on, after its commit. */
  onCommitted(listener: (change: CommittedChange) => void): void {
    this.#listeners.push(listener);
  }

  #tell(writer: RunWriter): void {
    this.bells.ring(writer.run);
    for (const listener of this.#listeners) listener(writer.change);
  }

  async byId(id: string): Promise<RunRow | null> {
    return this.database.reader.findOneBy(TargetRunEntity, { id: id as TargetRunId });
  }

  /** Null when there is no such deployment. */
  async deploymentState(id: string): Promise<DeploymentState | null> {
    const deployment = await this.database.reader.findOne(DeploymentEntity, {
      where: { id: id as DeploymentId },
      select: { id: true, state: true },
    });
    return deployment?.state ?? null;
  }

  /** Every run that is queued or under way, without its plan. */
  async active(): Promise<ActiveRow[]> {
    return this.database.reader.find(TargetRunEntity, {
      select: {
        id: true,
        assetId: true,
        epoch: true,
        idleEpochs: true,
        state: true,
        queuedAt: true,
        since: true,
        expiresAt: true,
        workerId: true,
      },
      where: { state: In([...ACTIVE_STATES]) },
    });
  }

  /** How many runs have not finished, by state. */
  async countOpen(): Promise<ReadonlyMap<string, number>> {
    const query = this.database.reader.createQueryBuilder(TargetRunEntity, 'run');
    const rows = await query
      .select('run.state', 'state')
      .addSelect('COUNT(*)', 'count')
      .where('run.state IN (:...states)', { states: ['waiting', ...ACTIVE_STATES] })
      .groupBy('run.state')
      .getRawMany<{ state: string; count: unknown }>();
    return new Map(rows.map(({ state, count }) => [state, Number(count)]));
  }

  /** What a worker must know about runs that it says it follows. */
  async standing(ids: readonly TargetRunId[]): Promise<StandingRow[]> {
    const found: StandingRow[] = [];
    for (let from = 0; from < ids.length; from += IDS_PER_QUERY) {
      const rows = await this.database.reader.find(TargetRunEntity, {
        select: { id: true, epoch: true, state: true, cancelRequestedAt: true },
        where: { id: In(ids.slice(from, from + IDS_PER_QUERY)) },
      });
      found.push(...rows);
    }
    return found;
  }
}

export type { CommittedChange } from './run-writer.js';
export type RunRow = TargetRunEntity;
export type ActiveRow = Pick<
  TargetRunEntity,
  'id' | 'assetId' | 'epoch' | 'idleEpochs' | 'state' | 'queuedAt' | 'since' | 'expiresAt' | 'workerId'
>;
export type StandingRow = Pick<TargetRunEntity, 'id' | 'epoch' | 'state' | 'cancelRequestedAt'>;
