import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { ListRequest, Page } from '../database/page.js';
import { DeploymentsService, type TargetRun } from '../deployments/deployments.service.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError } from '../shared/errors.js';
import { Dispatcher } from './dispatcher.service.js';
import { type Pause, type QueueCount, type QueueFilter, QueueStore } from './persistence/queue-store.js';
import { Sweeper } from './sweeper.service.js';
import { WavesService } from './waves.service.js';
import { WorkersService } from './workers.service.js';

export type { Pause, QueueCount, QueueFilter };

/** The queue as a whole. */
export interface QueueSummary {
  /** Null while runs are released. */
  readonly paused: Pause | null;
  readonly counts: readonly QueueCount[];
  /** How many runs the living workers can follow together. */
  readonly capacity: number;
  /** The most runs at a time that was set; null: none was. */
  readonly concurrency: number | null;
  /** Finished runs that have left something on their asset. */
  readonly cleanupsPending: number;
}

/** The queue: what waits for what, and holding all of it or one deployment. */
@Injectable()
export class QueueService {
  constructor(
    @Inject(QueueStore) private readonly store: QueueStore,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(Sweeper) private readonly sweeper: Sweeper,
    @Inject(WavesService) private readonly waves: WavesService,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async summary(): Promise<QueueSummary> {
    const [paused, counts] = [await this.store.pausedBy(), await this.store.counts()];
    const [capacity, cleanupsPending] = [await this.workers.capacity(), await this.sweeper.countPending()];
    const concurrency = await this.store.concurrency();
    return { paused, counts, capacity, concurrency, cleanupsPending };
  }

  /** Runs that have not finished, the oldest order first. */
  async list(filter: QueueFilter, request: ListRequest): Promise<Page<TargetRun>> {
    return this.store.list(filter, request);
  }

  /** Releases nothing from now on, over restarts too; what is under way goes on. Pausing twice changes nothing. */
  async pause(by: string, reason: string | null): Promise<void> {
    await this.store.pause({ at: this.#now(), by, reason });
  }

  async resume(): Promise<void> {
    await this.store.resume(this.#now());
    this.dispatcher.wake();
  }

  /** Sets the most runs at a time, over restarts too; null: as many as the workers can follow. What is under way goes on. */
  async limit(concurrency: number | null): Promise<void> {
    await this.store.limit(concurrency);
    this.dispatcher.wake();
  }

  /** Releases no further run of it. @throws NotFoundError; ConflictError when it has finished. */
  async pauseDeployment(id: string, by: string, reason: string | null): Promise<void> {
    const deployment = await this.deployments.get(id);
    const pause = { at: this.#now(), by, reason };
    if (!(await this.store.pauseDeployment(deployment.id, pause))) throw alreadyFinished();
  }

  /** One that halted halts again only by what fails from now on. @throws NotFoundError; ConflictError when it has finished. */
  async resumeDeployment(id: string): Promise<void> {
    const deployment = await this.deployments.get(id);
    if (!(await this.store.resumeDeployment(deployment.id, this.#now()))) throw alreadyFinished();
    this.dispatcher.wake();
  }

  /** Lets the next wave begin now. @throws NotFoundError; ConflictError when no wave is left. */
  async openNextWave(id: string): Promise<void> {
    await this.waves.openNext(id);
    this.dispatcher.wake();
  }

  /** Lets its runs begin outside of maintenance windows. @throws NotFoundError; ConflictError when it has finished. */
  async overrideWindows(id: string, by: string, reason: string): Promise<void> {
    const deployment = await this.deployments.get(id);
    const override = { at: this.#now(), by, reason };
    if (!(await this.store.overrideWindows(deployment.id, override))) throw alreadyFinished();
    this.dispatcher.wake();
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

function alreadyFinished(): ConflictError {
  return new ConflictError('The deployment has finished: nothing of it waits', 'already-finished');
}
