// `npm run worker-key`: prints the key that a worker on its own host needs as WINCH_WORKER_KEY.
import { ensureReady, root } from './bootstrap.mjs';
import { runMain } from './lib/say.mjs';
import { loadEnvFile, workerKey } from './lib/settings.mjs';

await runMain(async () => {
  process.chdir(root);
  await ensureReady({ build: true });
  loadEnvFile();
  process.stdout.write(`${await workerKey()}\n`);
});
