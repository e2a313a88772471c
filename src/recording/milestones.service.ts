import { Inject, Injectable } from '@nestjs/common';
import type { DeploymentId } from '../shared/ids.js';
import { EventStore, type RunEventRow } from './persistence/event-store.js';

/** The beginning or the end of a run, with its place among all recorded events. */
export type Milestone = Pick<RunEventRow, 'eventId' | 'targetRunId' | 'deploymentId' | 'type' | 'at'>;

export const RUN_STARTED = 'run.started';
export const RUN_FINISHED = 'run.finished';

/** The recorded events as a feed of what others want to be told: numbers rise in the order of commits, without exception. */
@Injectable()
export class Milestones {
  constructor(@Inject(EventStore) private readonly store: EventStore) {}

  /** The number of the last event; 0 without any. */
  async latest(): Promise<number> {
    return this.store.latestId();
  }

  /** The milestones among the events after one number, up to another. */
  async between(after: number, upTo: number): Promise<readonly Milestone[]> {
    return this.store.ofTypes([RUN_STARTED, RUN_FINISHED], { after, upTo });
  }

  /** Whether no run of the deployment began before. */
  async isFirstStart({ deploymentId, eventId }: Milestone): Promise<boolean> {
    return (await this.store.firstOf(deploymentId, RUN_STARTED)) === eventId;
  }

  /** The last end among the runs of a deployment so far; null while none has ended. */
  async lastEnd(deploymentId: DeploymentId): Promise<number | null> {
    return this.store.lastOf(deploymentId, RUN_FINISHED);
  }
}
