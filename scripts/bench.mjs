// `npm run bench:NAME [-- --json FILE]`: runs the built benchmark of that name.
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureReady, root } from './bootstrap.mjs';
import { hasEnded, startChild, stopChild } from './lib/processes.mjs';
import { runMain, ScriptError } from './lib/say.mjs';
import { onStopSignals } from './lib/signals.mjs';
import { provideRedis } from './redis.mjs';

const STOP_GRACE_MS = 15_000;

await runMain(async () => {
  process.chdir(root);
  const [name, ...benchArguments] = process.argv.slice(2);
  await ensureReady({ build: true });
  const program = benchmarkOf(name);
  const redis = await provideRedis({ address: process.env.WINCH_TEST_REDIS_URL });
  await redis.start();
  try {
    process.exitCode = await run(program, benchArguments, redis.url);
  } finally {
    await redis.stop();
  }
});

function benchmarkOf(name) {
  const folder = join(root, 'test/bench');
  const file = join(folder, `${name}.bench.mjs`);
  if (name && existsSync(file)) return file;
  const known = existsSync(folder) ? readdirSync(folder).filter((entry) => entry.endsWith('.bench.mjs')) : [];
  throw new ScriptError(
    `There is no benchmark ${name ?? ''} in test/bench. There is: ${known.join(', ') || 'none yet'}`,
  );
}

async function run(program, benchArguments, redisUrl) {
  const child = startChild(process.execPath, [program, ...benchArguments], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, WINCH_TEST_REDIS_URL: redisUrl },
  });
  const stop = () => void stopChild(child, { graceMs: STOP_GRACE_MS });
  onStopSignals({ onFirst: stop, onSecond: stop });
  if (!hasEnded(child)) await once(child, 'exit');
  return child.exitCode ?? 1;
}
