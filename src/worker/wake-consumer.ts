import { Redis } from 'ioredis';
import { WAKE_CHANNEL } from '../dispatch/domain/sealed-job.js';

export interface WakeConsumerOptions {
  readonly redisUrl: string;
  /** The api has an instruction for some worker, perhaps for this one. */
  readonly onWake: () => void;
}

/**
 * Hears that the api has something to tell. The message says nothing: what is to be done comes with the answer to the
 * beat. One that is lost costs the time until the next beat, so nobody is told when Redis is away.
 */
export class WakeConsumer {
  readonly #redis: Redis;

  constructor({ redisUrl, onWake }: WakeConsumerOptions) {
    // Offline commands wait and connections are made again for ever; the subscription is taken up again by itself.
    this.#redis = new Redis(redisUrl, { maxRetriesPerRequest: null, lazyConnect: true });
    this.#redis.on('error', () => undefined);
    this.#redis.on('message', onWake);
  }

  /** Begins to listen, now or when Redis is there. */
  start(): void {
    void this.#redis.subscribe(WAKE_CHANNEL).catch(() => undefined);
  }

  close(): void {
    this.#redis.disconnect();
  }
}
