import { startApi } from './api-main.js';
import { loadApiConfig } from './config/app-config.js';
import { messageOf, WinchError } from './shared/errors.js';

/** One process per role: `npm start` runs both (scripts/start.mjs). */
async function main(): Promise<void> {
  if (process.env['WINCH_ROLE'] === 'worker') {
    const { runWorker } = await import('./worker-main.js');
    await runWorker();
    return;
  }
  await runApi();
}

async function runApi(): Promise<void> {
  const api = await startApi(loadApiConfig(process.env));
  process.stdout.write(`winch-api-listening ${api.url}\n`);
  if (api.firstKey !== undefined) process.stdout.write(firstKeyNotice(api.firstKey));
  const stop = () => void api.close().then(() => process.exit(0), fail);
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

function firstKeyNotice(key: string): string {
  return `The administrator's API key, shown this once: ${key}\n`;
}

function fail(error: unknown): void {
  // What the operator can mend is said without our stack.
  const text = error instanceof Error && !(error instanceof WinchError) ? error.stack : messageOf(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

main().catch(fail);
