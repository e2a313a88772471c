import { Inject, Injectable } from '@nestjs/common';
import { RunStore } from '../recording/persistence/run-store.js';
import type { AssetId } from '../shared/ids.js';
import { type Built, JobBuilder, type JobRefusal, type ScanOrder } from './job-builder.service.js';
import { RedisUnavailableError, RunQueue } from './run-queue.js';
import type { ScanPayload } from './domain/sealed-job.js';
import { WorkersService } from './workers.service.js';

export type { JobRefusal, ScanOrder };

/** What the scans need to know of deployments, and their way to the workers. */
@Injectable()
export class ScanJobs {
  constructor(
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(JobBuilder) private readonly builder: JobBuilder,
    @Inject(RunQueue) private readonly queue: RunQueue,
  ) {}

  /** Assets with a run that is queued or under way. */
  async assetsWithRuns(): Promise<ReadonlySet<AssetId>> {
    return new Set((await this.runs.active()).map((run) => run.assetId));
  }

  /** How many jobs the living workers can carry out at a time. */
  async capacity(): Promise<number> {
    return this.workers.capacity();
  }

  /** The ids of the workers that live. */
  async livingWorkers(): Promise<ReadonlySet<string>> {
    return new Set((await this.workers.living()).map((worker) => worker.id));
  }

  /** Whether the job of this attempt waits in Redis or is taken by a worker; true also where Redis cannot be asked. */
  async hasJob({ id, epoch }: { readonly id: string; readonly epoch: number }): Promise<boolean> {
    try {
      return await this.queue.has(id, epoch);
    } catch (error) {
      if (error instanceof RedisUnavailableError) return true;
      throw error;
    }
  }

  /**
   * Hands a scan to the workers. Answers why that cannot be, or null when it is done.
   *
   * @throws NotFoundError when the asset is gone.
   */
  async handOver(order: ScanOrder): Promise<JobRefusal | 'redis-unavailable' | null> {
    const built: Built<ScanPayload> = await this.builder.buildScan(order);
    if (!built.ok) return built.refusal;
    try {
      await this.queue.add([built.payload]);
      return null;
    } catch (error) {
      if (error instanceof RedisUnavailableError) return 'redis-unavailable';
      throw error;
    }
  }
}
