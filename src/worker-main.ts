import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { v7 } from 'uuid';
import { loadWorkerConfig } from './config/app-config.js';
import { systemClock } from './shared/clock.js';
import { DoorClient } from './worker/door-client.js';
import type { WorkerLog } from './worker/worker-log.js';
import { WorkerProcess } from './worker/worker-process.js';

/** Runs the worker role until the process is told to stop. */
export async function runWorker(): Promise<void> {
  const config = loadWorkerConfig(process.env);
  const worker = new WorkerProcess({
    door: new DoorClient({ apiUrl: config.apiUrl, apiToken: config.worker.apiToken, instanceId: v7() }),
    redisUrl: config.redisUrl,
    jobKey: config.worker.jobKey,
    concurrency: config.concurrency,
    host: hostname(),
    version: ownVersion(),
    clock: systemClock,
    log: workerLog(config.logLevel),
  });
  let isStopping = false;
  const stop = () => {
    isStopping = true;
    void worker.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  try {
    await worker.start();
    process.stdout.write('winch-worker-ready\n');
  } catch (error) {
    // A stop before the api has answered breaks the registration off; that is no failure.
    if (!isStopping) throw error;
  }
}

function workerLog(level: string): WorkerLog {
  const logger = pino({ level, base: { role: 'worker' } });
  return {
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, fields = {}) => logger.error(fields, event),
  };
}

function ownVersion(): string {
  // dist/src/worker-main.js: the package file stands two folders up.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
