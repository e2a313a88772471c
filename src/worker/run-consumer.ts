import { type Job, Worker } from 'bullmq';
import { RUN_QUEUE } from '../dispatch/domain/sealed-job.js';

export interface RunConsumerOptions {
  readonly redisUrl: string;
  readonly concurrency: number;
  /** Follows one run to its end. The signal ends it when the job's lock was lost. */
  readonly follow: (jobId: string, sealed: unknown, signal: AbortSignal) => Promise<void>;
  readonly onTrouble: (event: string, error: unknown) => void;
}

/** Another worker may take a job over only after this silence; a run's epoch fences it off anyway. */
const LOCK_DURATION_MS = 120_000;

/**
 * Takes jobs from BullMQ; the one file of the worker that knows it. A stalled job fails and is never given out again
 * (`maxStalledCount: 0`): deciding whether a run is followed on is the reconciler's, with a higher epoch.
 */
export class RunConsumer {
  readonly #worker: Worker;

  constructor(options: RunConsumerOptions) {
    this.#worker = new Worker(
      RUN_QUEUE,
      async (job: Job<{ sealed?: unknown }>, _token?: string, signal?: AbortSignal) => {
        await options.follow(job.id ?? '', job.data.sealed, signal ?? new AbortController().signal);
      },
      {
        connection: { url: options.redisUrl, maxRetriesPerRequest: null },
        concurrency: options.concurrency,
        lockDuration: LOCK_DURATION_MS,
        maxStalledCount: 0,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        autorun: false,
      },
    );
    this.#worker.on('error', (error) => options.onTrouble('redis.unavailable', error));
    this.#worker.on('failed', (job, error) => options.onTrouble(`job.failed ${job?.id ?? ''}`, error));
    // The lock is gone, so the job may be declared stalled: whoever follows next has the higher epoch.
    this.#worker.on('lockRenewalFailed', (jobIds) => {
      for (const id of jobIds) this.#worker.cancelJob(id, 'lock lost');
    });
  }

  start(): void {
    void this.#worker.run();
  }

  /** Takes no further job, and resolves when those under way have ended. */
  async close(): Promise<void> {
    await this.#worker.close();
  }
}
