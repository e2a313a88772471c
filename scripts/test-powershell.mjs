// `npm run test:powershell [-- jest arguments]`: the operations and the runner on Microsoft's PowerShell under Wine.
import { ensureReady, root } from './bootstrap.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runMain, say } from './lib/say.mjs';
import { EngineUnavailable, ensurePowershellEngine } from './powershell-engine.mjs';

/** More than the cores: half of a test's time is waiting. */
const WORKERS = 3;

await runMain(async () => {
  process.chdir(root);
  await ensureReady();
  const engine = await engineOrNull();
  if (engine === null) return void process.stdout.write('0 passed, 0 failed, 1 skipped\n');
  const jestArguments = ['--selectProjects=powershell', `--maxWorkers=${WORKERS}`, ...process.argv.slice(2)];
  process.exitCode = await runJest(jestArguments, { POWERSHELL_ENGINE: engine });
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
