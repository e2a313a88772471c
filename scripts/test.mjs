// `npm test [-- jest arguments]`: everything that needs no real PowerShell engine.
import { ensureBuilt, ensureReady, root } from './bootstrap.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runMain } from './lib/say.mjs';
import { provideRedis } from './redis.mjs';

/** Tests below these need neither dist nor Redis. */
const SELF_CONTAINED = /^(\.\/)?(src|test\/(conformance|windows-host|architecture))\b/;

await runMain(async () => {
  process.chdir(root);
  await ensureReady();
  const jestArguments = process.argv.slice(2);
  const redis = await neighbours(jestArguments);
  try {
    process.exitCode = await runJest(jestArguments, redis ? { WINCH_TEST_REDIS_URL: redis.url } : {});
  } finally {
    await redis?.stop();
  }
});

/** Builds dist and starts Redis, unless the paths asked for need neither. */
async function neighbours(jestArguments) {
  if (jestArguments.length > 0 && jestArguments.every((argument) => SELF_CONTAINED.test(argument)))
    return undefined;
  await ensureBuilt();
  const redis = await provideRedis({ address: process.env.WINCH_TEST_REDIS_URL });
  await redis.start();
  return redis;
}
