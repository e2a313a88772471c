import { Inject, Injectable } from '@nestjs/common';
import { Between, In, MoreThan } from 'typeorm';
import { Database } from '../../database/database.js';
import type { DeploymentId, TargetRunId } from '../../shared/ids.js';
import { STATE_EVENT_TYPES } from '../domain/run-event.js';
import { RunEventEntity } from './run-event.entity.js';

/** SQL for reading events. They are written by RunWriter only. */
@Injectable()
export class EventStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The next events of a run, in the order of `seq`. */
  async ofRun(targetRunId: string, afterSeq: number, limit: number): Promise<RunEventEntity[]> {
    return this.database.reader.find(RunEventEntity, {
      where: { targetRunId: targetRunId as TargetRunId, seq: MoreThan(afterSeq) },
      order: { seq: 'ASC' },
      take: limit,
    });
  }

  /** Whether a clean-up of the run has been reported, whatever came of it. */
  async hasCleanUp(targetRunId: TargetRunId): Promise<boolean> {
    return this.database.reader.existsBy(RunEventEntity, { targetRunId, type: 'cleanup.finished' });
  }

  /** The next output events of a run. */
  async outputOf(targetRunId: string, afterSeq: number, limit: number): Promise<RunEventEntity[]> {
    return this.database.reader.find(RunEventEntity, {
      where: { targetRunId: targetRunId as TargetRunId, seq: MoreThan(afterSeq), type: 'step.output' },
      order: { seq: 'ASC' },
      take: limit,
    });
  }

  /** The next state changes of all runs of a deployment, in the order in which they were committed. */
  async ofDeployment(deploymentId: string, afterEventId: number, limit: number): Promise<RunEventEntity[]> {
    return this.database.reader.find(RunEventEntity, {
      where: {
        deploymentId: deploymentId as DeploymentId,
        eventId: MoreThan(afterEventId),
        type: In([...STATE_EVENT_TYPES]),
      },
      order: { eventId: 'ASC' },
      take: limit,
    });
  }

  /** The number of the last event; 0 without any. */
  async latestId(): Promise<number> {
    return (await this.database.reader.maximum(RunEventEntity, 'eventId')) ?? 0;
  }

  /** The events of some types after one number, up to another, without what they say. */
  async ofTypes(
    types: readonly string[],
    { after, upTo }: { readonly after: number; readonly upTo: number },
  ): Promise<RunEventRow[]> {
    return this.database.reader.find(RunEventEntity, {
      select: { eventId: true, targetRunId: true, deploymentId: true, type: true, at: true },
      where: { eventId: Between(after + 1, upTo), type: In([...types]) },
      order: { eventId: 'ASC' },
    });
  }

  /** The first event of a type in a deployment. */
  async firstOf(deploymentId: DeploymentId, type: string): Promise<number | null> {
    return this.database.reader.minimum(RunEventEntity, 'eventId', { deploymentId, type });
  }

  /** The last event of a type in a deployment. */
  async lastOf(deploymentId: DeploymentId, type: string): Promise<number | null> {
    return this.database.reader.maximum(RunEventEntity, 'eventId', { deploymentId, type });
  }
}

export type RunEventRow = RunEventEntity;
