import type { RealAddresses, ThroughAddresses } from '../../harness/winch.js';
import { DoorProxy } from './door-proxy.js';
import { RedisProxy } from './redis-proxy.js';

interface Proxies {
  readonly door: DoorProxy;
  readonly redisOfApi: RedisProxy;
  readonly redisOfWorker: RedisProxy;
}

/** What stands between the processes: all their traffic goes through it, and can be held. */
export class Between implements AsyncDisposable {
  #proxies: Proxies | undefined;

  async join({ apiUrl, redisPort }: RealAddresses): Promise<ThroughAddresses> {
    const [door, redisOfApi, redisOfWorker] = await Promise.all([
      DoorProxy.start(apiUrl),
      RedisProxy.start(redisPort),
      RedisProxy.start(redisPort),
    ]);
    this.#proxies = { door, redisOfApi, redisOfWorker };
    return { apiUrl: door.url, redisUrlOfApi: redisOfApi.url, redisUrlOfWorker: redisOfWorker.url };
  }

  get door(): DoorProxy {
    return this.#joined.door;
  }

  get redisOfApi(): RedisProxy {
    return this.#joined.redisOfApi;
  }

  get redisOfWorker(): RedisProxy {
    return this.#joined.redisOfWorker;
  }

  /** Lets everything go on. */
  release(): void {
    for (const proxy of [this.door, this.redisOfApi, this.redisOfWorker]) proxy.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const proxy of Object.values(this.#proxies ?? {})) await proxy[Symbol.asyncDispose]();
  }

  get #joined(): Proxies {
    if (this.#proxies === undefined) throw new Error('Nothing stands between the processes yet');
    return this.#proxies;
  }
}
