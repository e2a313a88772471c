import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type JobsOptions, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { messageOf, WinchError } from '../shared/errors.js';
import {
  type AnyPayload,
  jobIdFor,
  jobIdOf,
  RUN_JOB,
  RUN_QUEUE,
  sealJob,
  WAKE_CHANNEL,
} from './domain/sealed-job.js';

/** Redis cannot be asked. SQL holds what is due, so nothing is lost: the reconciler tries again. */
export class RedisUnavailableError extends WinchError {
  readonly code = 'redis-unavailable';
  override readonly logLevel = 'warn';
}

/** Redis must not make an answer of the api wait. */
const REDIS_ANSWER_MS = 5_000;

const CONNECTION = {
  enableOfflineQueue: false,
  // ioredis waits this long (2 s by default) for a connection to close, even one that never came about.
  disconnectTimeout: 100,
} as const;

const JOB_OPTIONS: JobsOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** The producer's side of the one BullMQ queue. Every payload leaves here sealed. */
@Injectable()
export class RunQueue implements OnApplicationShutdown {
  readonly queue: Queue;
  readonly #bell: Redis;

  constructor(@Inject(APP_CONFIG) private readonly config: ApiConfig) {
    this.queue = new Queue(RUN_QUEUE, {
      connection: { url: config.redisUrl, maxRetriesPerRequest: null, ...CONNECTION },
    });
    // ioredis reconnects by itself; each call reports its own failure as RedisUnavailableError.
    this.queue.on('error', () => undefined);
    this.#bell = new Redis(config.redisUrl, CONNECTION);
    this.#bell.on('error', () => undefined);
  }

  /** Adds jobs in one round trip. A job whose id is there already is left as it is. */
  async add(payloads: readonly AnyPayload[]): Promise<void> {
    const jobs = payloads.map((payload) => ({
      name: RUN_JOB,
      data: { sealed: sealJob(payload, this.config.worker.jobKey) },
      opts: { ...JOB_OPTIONS, jobId: jobIdFor(payload) },
    }));
    await this.#ask('add jobs', () => this.queue.addBulk(jobs));
  }

  /** Whether the job of this epoch waits in Redis or is taken by a worker. */
  async has(id: string, epoch: number): Promise<boolean> {
    return this.#ask(
      'look for a job',
      async () => (await this.queue.getJob(jobIdOf(id, epoch))) !== undefined,
    );
  }

  /** Jobs by state: `waiting`, `active`, `failed`. @throws RedisUnavailableError */
  async counts(): Promise<Readonly<Record<string, number>>> {
    return this.#ask('count jobs', () => this.queue.getJobCounts('waiting', 'active', 'failed'));
  }

  /** @throws RedisUnavailableError */
  async check(): Promise<void> {
    await this.#ask('count jobs', () => this.queue.getJobCounts('waiting'));
  }

  /** Asks all workers to beat at once. Best effort: without it they hear of everything with their next beat. */
  wakeWorkers(): void {
    void this.#bell.publish(WAKE_CHANNEL, '').catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#bell.disconnect();
    await this.queue.close();
  }

  async #ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => timeout.reject(new Error(`no answer in ${REDIS_ANSWER_MS} ms`)),
      REDIS_ANSWER_MS,
    );
    try {
      return await Promise.race([work(), timeout.promise]);
    } catch (error) {
      throw new RedisUnavailableError(
        `Redis could not ${what} (${messageOf(error)}): check WINCH_REDIS_URL`,
        { cause: error },
      );
    } finally {
      clearTimeout(timer);
    }
  }
}
