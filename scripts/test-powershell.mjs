// `npm run test:powershell [-- jest arguments]`: the operations and the runner on Microsoft's PowerShell under Wine,
// or on the real Windows machine of WINCH_TEST_WINDOWS_URL.
import { ensureReady, root } from './bootstrap.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runMain, say } from './lib/say.mjs';
import { EngineUnavailable, ensurePowershellEngine } from './powershell-engine.mjs';

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
  process.exitCode = await runJest([...ownArguments, ...jestArguments], { POWERSHELL_ENGINE: engine });
});

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
