import { describe } from '@jest/globals';
import { Redis } from 'ioredis';

const base = process.env['WINCH_TEST_REDIS_URL'];

/** For suites that need a real Redis: skipped, and shown as such, where `npm test` did not provide one. */
export const describeWithRedis = base === undefined ? describe.skip : describe;

/**
 * The address of an empty Redis database. Jest's workers run their files one after the other, each on a database of
 * its own (Redis has 16): the queue's name is the same for all.
 */
export async function emptyRedis(): Promise<string> {
  if (base === undefined) throw new Error('WINCH_TEST_REDIS_URL is not set: npm test sets it');
  const url = new URL(base);
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? 0) % 16}`;
  const redis = new Redis(url.href);
  await redis.flushdb();
  await redis.quit();
  return url.href;
}
