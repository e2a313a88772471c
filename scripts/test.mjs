// `npm test [-- jest arguments]`: everything that needs no real PowerShell engine.
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureReady, root } from './bootstrap.mjs';
import { hasEnded, startChild, stopChild } from './lib/processes.mjs';
import { runMain, say } from './lib/say.mjs';
import { onStopSignals } from './lib/signals.mjs';
import { provideRedis } from './redis.mjs';

/** Tests below these need neither dist nor Redis. */
const SELF_CONTAINED = /^(\.\/)?(src|test\/(conformance|windows-host|architecture))\b/;
const STOP_GRACE_MS = 10_000;

await runMain(async () => {
  process.chdir(root);
  await ensureReady();
  const jestArguments = process.argv.slice(2);
  const redis = await neighbours(jestArguments);
  try {
    process.exitCode = await runTests(jestArguments, redis?.url);
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

async function runTests(jestArguments, redisUrl) {
  const folder = mkdtempSync(join(tmpdir(), 'winch-test-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const code = await jest(jestArguments, { ...cleanEnvironment(redisUrl), CLOSING_LINE_FILE: countsFile });
    return close(code, countsFile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function jest(jestArguments, environment) {
  const reporters = ['--reporters=default', `--reporters=${join(root, 'scripts/jest-closing-line.mjs')}`];
  const child = startChild(
    process.execPath,
    ['node_modules/jest/bin/jest.js', ...jestArguments, ...reporters],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: environment,
    },
  );
  const stop = () => void stopChild(child, { graceMs: STOP_GRACE_MS });
  onStopSignals({ onFirst: stop, onSecond: stop });
  if (!hasEnded(child)) await once(child, 'exit');
  return child.exitCode ?? 128 + (constants.signals[child.signalCode] ?? 0);
}

/** The settings of the shell that starts the tests must not reach them, but for those made for tests. */
function cleanEnvironment(redisUrl) {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) {
    if (/^WINCH_(?!TEST_|RECORDINGS$)/.test(name)) delete environment[name];
  }
  return redisUrl ? { ...environment, WINCH_TEST_REDIS_URL: redisUrl } : environment;
}

/** Prints the closing line. A run that executed no test has proved nothing: it fails. */
function close(code, countsFile) {
  if (!existsSync(countsFile)) {
    say('Error: Jest ended before it could count (its message stands above)');
    return code || 1;
  }
  const { passed, failed, skipped } = JSON.parse(readFileSync(countsFile, 'utf8'));
  if (passed + failed === 0) say('Error: no test was executed: check the path or the name that you gave');
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return code || (passed + failed === 0 || failed > 0 ? 1 : 0);
}
