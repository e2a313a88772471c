import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { rssMebibytesOf } from './process-figures.mjs';

const MEBIBYTE = 1024 * 1024;

/** Reads off everything that could grow while Winch runs. */
export class Sampler {
  #folder;
  #processes;
  #redis;

  /** @param processes the children by name, `api` and `worker`; their probes write into `folder` */
  constructor({ folder, processes, redisUrl }) {
    this.#folder = folder;
    this.#processes = processes;
    this.#redis = new Redis(redisUrl);
  }

  async sample() {
    const { api, worker } = this.#processes;
    return {
      apiRssMebibytes: rssMebibytesOf(api.pid),
      workerRssMebibytes: rssMebibytesOf(worker.pid),
      apiHeapMebibytes: this.#probed('api').heapBytes / MEBIBYTE,
      workerHeapMebibytes: this.#probed('worker').heapBytes / MEBIBYTE,
      apiSockets: socketsOf(api.pid),
      workerSockets: socketsOf(worker.pid),
      apiLoopDelayP99Ms: this.#probed('api').loopDelayP99Ms,
      workerLoopDelayP99Ms: this.#probed('worker').loopDelayP99Ms,
      redisKeys: await this.#redis.dbsize(),
      redisMebibytes: (await this.#redisMemory()) / MEBIBYTE,
      databaseMebibytes: this.#sizeOf('winch.sqlite') / MEBIBYTE,
      walMebibytes: this.#sizeOf('winch.sqlite-wal') / MEBIBYTE,
    };
  }

  async close() {
    await this.#redis.quit();
  }

  async #redisMemory() {
    return Number(/^used_memory:(\d+)/m.exec(await this.#redis.info('memory'))?.[1] ?? 0);
  }

  #sizeOf(file) {
    return statSync(join(this.#folder, 'data', file), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** What the process said last of itself; nothing in its first seconds. */
  #probed(name) {
    const file = join(this.#folder, `${name}.probe`);
    const line = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) : '';
    return line ? JSON.parse(line) : { heapBytes: 0, loopDelayP99Ms: 0 };
  }
}

/** Sockets that a process holds, listening ones among them (proc(5)). */
function socketsOf(pid) {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((descriptor) => linkOf(join(folder, descriptor)).startsWith('socket:'))
    .length;
}

/** A descriptor may be closed between the listing and the look at it. */
function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
