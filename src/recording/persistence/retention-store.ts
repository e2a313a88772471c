import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull, LessThan } from 'typeorm';
import { Database } from '../../database/database.js';
import { DeploymentEntity } from '../../deployments/persistence/deployment.entity.js';
import { TargetRunEntity } from '../../deployments/persistence/target-run.entity.js';
import type { DeploymentId, TargetRunId } from '../../shared/ids.js';
import { RunEventEntity } from './run-event.entity.js';

/** Rows that one transaction removes at the most: a worker's batch of events must not wait longer than for another's. */
const EVENTS_AT_A_TIME = 500;
const RUNS_AT_A_TIME = 100;
const DEPLOYMENTS_AT_A_TIME = 50;

/** SQL that removes what is older than it is kept. Each call is one short transaction; a crash between two loses nothing. */
@Injectable()
export class RetentionStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Some runs that finished before an instant and still have their output. */
  async runsWithOutput(finishedBefore: string): Promise<TargetRunId[]> {
    const rows = await this.database.reader.find(TargetRunEntity, {
      select: { id: true },
      where: { outputRemovedAt: IsNull(), finishedAt: LessThan(finishedBefore) },
      order: { finishedAt: 'ASC' },
      take: RUNS_AT_A_TIME,
    });
    return rows.map((run) => run.id);
  }

  /** Removes a part of their output. Answers true when that was the last of it, which the runs then say. */
  async removeOutput(runs: readonly TargetRunId[], at: string): Promise<boolean> {
    return this.database.write(async (tx) => {
      const events = await tx.find(RunEventEntity, {
        select: { eventId: true },
        where: { targetRunId: In([...runs]), type: 'step.output' },
        take: EVENTS_AT_A_TIME,
      });
      await tx.delete(RunEventEntity, { eventId: In(events.map((event) => event.eventId)) });
      if (events.length === EVENTS_AT_A_TIME) return false;
      await tx.update(TargetRunEntity, { id: In([...runs]) }, { outputRemovedAt: at });
      return true;
    });
  }

  /** Some deployments that finished before an instant. */
  async deployments(finishedBefore: string): Promise<DeploymentId[]> {
    const rows = await this.database.reader.find(DeploymentEntity, {
      select: { id: true },
      where: { state: 'finished', finishedAt: LessThan(finishedBefore) },
      take: DEPLOYMENTS_AT_A_TIME,
    });
    return rows.map((deployment) => deployment.id);
  }

  /** Removes a part of these deployments: events, then runs, then themselves. Answers true when nothing of them is left. */
  async removeDeployments(ids: readonly DeploymentId[]): Promise<boolean> {
    return this.database.write(async (tx) => {
      const deploymentId = In([...ids]);
      const events = await tx.find(RunEventEntity, {
        select: { eventId: true },
        where: { deploymentId },
        take: EVENTS_AT_A_TIME,
      });
      if (events.length > 0) {
        await tx.delete(RunEventEntity, { eventId: In(events.map((event) => event.eventId)) });
        return false;
      }
      const runs = await tx.find(TargetRunEntity, {
        select: { id: true },
        where: { deploymentId },
        take: RUNS_AT_A_TIME,
      });
      await tx.delete(TargetRunEntity, { id: In(runs.map((run) => run.id)) });
      if (runs.length === RUNS_AT_A_TIME) return false;
      await tx.delete(DeploymentEntity, { id: In([...ids]) });
      return true;
    });
  }
}
