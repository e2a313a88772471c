// `npm start`: Redis, one api and one worker process, kept running until Ctrl-C.
import { join, resolve } from 'node:path';
import { ensureReady, root } from './bootstrap.mjs';
import { takeLock } from './lib/lock.mjs';
import { endStranger, exitOf, hasEnded, isAlive, isPortFree, startChild, until } from './lib/processes.mjs';
import { runMain, say, ScriptError } from './lib/say.mjs';
import {
  apiEnvironment,
  loadEnvFile,
  localAddress,
  parsedSettings,
  workerEnvironment,
  workerKey,
} from './lib/settings.mjs';
import { onStopSignals } from './lib/signals.mjs';
import { Supervisor } from './lib/supervisor.mjs';
import { provideRedis } from './redis.mjs';

const READY_TIMEOUT_MS = 60_000;
/** A worker hands its runs back within 10 s (DESIGN section 7). */
const DETACH_GRACE_MS = 15_000;
const REDIS_GRACE_MS = 10_000;
/** A worker that lives this long has read its settings and found its modules. */
const WORKER_SETTLES_MS = 1500;

await runMain(main);

async function main() {
  process.chdir(root); // relative settings (./data) mean the same to every process
  await ensureReady({ build: true });
  loadEnvFile();
  const settings = await parsedSettings();
  if (settings.WINCH_ROLE === 'worker') await runWorkerOnly(settings);
  else await runWithApi(settings);
}

/** A worker on its own host: it needs neither data folder nor lock, and there may be several. */
async function runWorkerOnly(settings) {
  for (const name of ['WINCH_REDIS_URL', 'WINCH_API_URL', 'WINCH_WORKER_KEY']) {
    if (!settings[name]) {
      throw new ScriptError(
        `A worker on its own needs ${name}: the api's host knows it (npm run worker-key prints the key)`,
      );
    }
  }
  await supervise({
    release: () => undefined,
    onChange: () => undefined,
    begin: (supervisor) => keepWorker(supervisor, {}),
  });
}

async function runWithApi(settings) {
  const dataDir = resolve(root, settings.WINCH_DATA_DIR);
  const lock = lockFolder(dataDir);
  try {
    await endLeftovers(lock.previous);
    await supervise({
      release: () => lock.release(),
      onChange: (children) => lock.update({ children }),
      begin: (supervisor) => beginWithApi(supervisor, { settings, dataDir }),
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockFolder(dataDir) {
  const lock = takeLock(join(dataDir, 'start.lock'));
  if (lock.taken) return lock;
  throw new ScriptError(
    `Winch runs in ${dataDir} already (npm start, process ${lock.holder.pid}): stop that one with Ctrl-C, or set WINCH_DATA_DIR and WINCH_PORT for a second one`,
  );
}

/** After a `kill -9` of this script its processes live on; they hold the port and the database. */
async function endLeftovers(previous) {
  for (const child of (previous?.children ?? []).toReversed()) {
    if (!isAlive(child)) continue;
    say(`Ending the ${child.name} (process ${child.pid}) that an earlier npm start has left behind`);
    await endStranger(child, { graceMs: DETACH_GRACE_MS });
  }
}

async function beginWithApi(supervisor, { settings, dataDir }) {
  await portMustBeFree(settings);
  const redis = await provideRedis({ address: settings.WINCH_REDIS_URL, dataDir });
  await supervisor.keep('redis', redis.start);
  const address = localAddress(settings);
  await keepApi(supervisor, { redisUrl: redis.url, address });
  if (settings.WINCH_ROLE === 'all') {
    await keepWorker(supervisor, {
      WINCH_REDIS_URL: redis.url,
      WINCH_API_URL: settings.WINCH_API_URL ?? address,
      WINCH_WORKER_KEY: settings.WINCH_WORKER_KEY ?? (await workerKey()),
    });
  }
  say(
    `Winch is ready at ${address} (API reference: ${address}/docs). Ctrl-C stops it; running deployments go on at their targets.`,
  );
}

async function keepApi(supervisor, { redisUrl, address }) {
  const untilWell = async (child) => {
    const probe = async () => hasEnded(child) || (await isReady(address));
    const answer = await until(probe, { timeoutMs: READY_TIMEOUT_MS });
    if (!answer)
      throw new ScriptError(
        `The api did not answer at ${address}/health/ready within 60 s: see its log above`,
      );
    mustLive('api', child);
  };
  await supervisor.keep('api', async () => startRole(apiEnvironment(redisUrl)), untilWell);
}

async function keepWorker(supervisor, additions) {
  const untilWell = async (child) => {
    await until(async () => hasEnded(child), { timeoutMs: WORKER_SETTLES_MS });
    mustLive('worker', child);
  };
  await supervisor.keep('worker', async () => startRole(workerEnvironment(additions)), untilWell);
}

function mustLive(name, child) {
  if (hasEnded(child)) {
    throw new ScriptError(`The ${name} ended while it started (${exitOf(child)}): its message stands above`);
  }
}

async function portMustBeFree({ WINCH_HOST: host, WINCH_PORT: port }) {
  if (await isPortFree(host, port)) return;
  throw new ScriptError(
    `Port ${port} on ${host} is taken by another program: stop that one, or set WINCH_PORT`,
  );
}

function startRole(environment) {
  return startChild(process.execPath, ['--enable-source-maps', join(root, 'dist/src/main.js')], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function isReady(address) {
  try {
    const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Runs `begin`, then lives until a signal; whatever happens, nothing that was started is left. */
async function supervise({ begin, release, onChange }) {
  const supervisor = new Supervisor({ onChange });
  const stopped = new Promise((stop) => {
    onStopSignals({ onFirst: stop, onSecond: () => killAll(supervisor, release) });
  });
  const begun = begin(supervisor);
  try {
    await Promise.race([begun, stopped]);
    await stopped;
    say('Stopping: the worker hands back its runs (Ctrl-C again ends everything at once)');
  } finally {
    // The worker first: it hands its runs back to the api.
    await supervisor.stop(['worker'], { graceMs: DETACH_GRACE_MS });
    await supervisor.stop(['api'], { graceMs: DETACH_GRACE_MS });
    await begun.catch(() => undefined); // a start that was under way notices that it is over, and starts nothing more
    await supervisor.stop(['redis'], { graceMs: REDIS_GRACE_MS });
    release();
  }
  process.exit();
}

function killAll(supervisor, release) {
  supervisor.kill();
  release();
  process.exit(130);
}
