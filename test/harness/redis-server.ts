import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './ports.js';
import { ServiceProcess } from './service-process.js';

/** Whether tests can start a Redis of their own: some kill it or read its files. */
export const hasRedisServer = (process.env['PATH'] ?? '')
  .split(delimiter)
  .some((folder) => folder !== '' && existsSync(join(folder, 'redis-server')));

/** A Redis for one test file: nobody else's jobs are in it. */
export interface TestRedis {
  readonly url: string;
  /** Undefined where the Redis is one that the tests were given. */
  readonly process: ServiceProcess | undefined;
  readonly port: number | undefined;
  /** A connection for the test itself; the caller ends it. */
  connect(): Redis;
}

/** Starts a Redis with an append-only file in `folder`; without the program, the given one is used, emptied. */
export async function startTestRedis(folder: string): Promise<TestRedis> {
  return hasRedisServer ? startOwn(folder) : useGiven();
}

async function startOwn(folder: string): Promise<TestRedis> {
  const port = await freePort();
  const settings = ['bind 127.0.0.1', `port ${port}`, `dir "${folder}"`, 'save ""', 'appendonly yes'];
  const process = new ServiceProcess({
    command: 'redis-server',
    args: ['-'],
    environment: pathOnly(),
    logFile: join(folder, 'redis.log'),
    readyText: 'Ready to accept connections',
    stdin: `${settings.join('\n')}\n`,
  });
  await process.start();
  const url = `redis://127.0.0.1:${port}`;
  return { url, process, port, connect: () => new Redis(url) };
}

/** Each Jest worker has a database of its own there. */
async function useGiven(): Promise<TestRedis> {
  const given = process.env['WINCH_TEST_REDIS_URL'];
  if (given === undefined) throw new Error('No redis-server on the PATH and WINCH_TEST_REDIS_URL is not set');
  const url = new URL(given);
  url.pathname = `/${process.env['JEST_WORKER_ID'] ?? '1'}`;
  const connect = () => new Redis(url.href);
  const redis = connect();
  await redis.flushdb();
  redis.disconnect();
  return { url: url.href, process: undefined, port: undefined, connect };
}

/** Nothing of this process's environment but the way to programs. */
export function pathOnly(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '' };
}
