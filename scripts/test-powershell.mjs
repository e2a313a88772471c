// `npm run test:powershell [-- jest arguments]`: the operations and the runner on Microsoft's PowerShell under Wine,
// or on the real Windows machine of WINCH_TEST_WINDOWS_URL.
import { ensureBuilt, ensureReady, root } from './bootstrap.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runMain, say } from './lib/say.mjs';
import { EngineUnavailable, ensurePowershellEngine } from './powershell-engine.mjs';
import { provideRedis } from './redis.mjs';

/** Tests below this need neither dist nor Redis. */
const ONLY_OPERATIONS = /^(\.\/)?test\/powershell\/operations\b/;

/** More than the cores: half of a test's time is waiting. */
const WORKERS = 3;

await runMain(async () => {
  process.chdir(root);
  await ensureReady();
  const jestArguments = process.argv.slice(2);
  if (process.env.WINCH_TEST_WINDOWS_URL) {
    // One after the other: they restart the machine.
    process.exitCode = await runJest([
      '--selectProjects=real-windows',
      '--runInBand',
      '--verbose',
      ...jestArguments,
    ]);
    return;
  }
  const engine = await engineOrNull();
  if (engine === null) return void process.stdout.write('0 passed, 0 failed, 1 skipped\n');
  const ownArguments = ['--selectProjects=powershell', `--maxWorkers=${WORKERS}`];
  process.exitCode = await withWinch(jestArguments, (environment) =>
    runJest([...ownArguments, ...jestArguments], { ...environment, POWERSHELL_ENGINE: engine }),
  );
});

/** Some of the tests need the whole of Winch: built, and with a Redis. */
async function withWinch(jestArguments, run) {
  if (jestArguments.length > 0 && jestArguments.every((argument) => ONLY_OPERATIONS.test(argument)))
    return run({});
  await ensureBuilt();
  const redis = await provideRedis({ address: process.env.WINCH_TEST_REDIS_URL });
  await redis.start();
  try {
    return await run({ WINCH_TEST_REDIS_URL: redis.url });
  } finally {
    await redis.stop();
  }
}

/** Null where it cannot run: that skips on somebody's own machine and fails in CI, where nobody would notice. */
async function engineOrNull() {
  try {
    return await ensurePowershellEngine();
  } catch (error) {
    if (!(error instanceof EngineUnavailable) || process.env.CI === 'true') throw error;
    say(`Skipped: ${error.message}`);
    return null;
  }
}
