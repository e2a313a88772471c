// Simulated Windows hosts for hands-on work: npm run windows-host -- --count 3 --port 15985
import { ensureReady, root } from './bootstrap.mjs';
import { ensurePowershellEngine } from './powershell-engine.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runMain } from './lib/say.mjs';

await runMain(async () => {
  await ensureReady({ build: true });
  if (/--engine[ =]powershell/.test(process.argv.join(' ')))
    process.env.POWERSHELL_ENGINE = await ensurePowershellEngine();
  // It reads the same command line and ends with its own exit code.
  await import(pathToFileURL(join(root, 'dist/test/windows-host/cli.js')).href);
});
