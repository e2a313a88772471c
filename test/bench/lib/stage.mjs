import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ApiClient } from '../../../scripts/lib/api-client.mjs';
import { exitOf, freePort, hasEnded, startChild, stopChild, until } from '../../../scripts/lib/processes.mjs';
import { ScriptError } from '../../../scripts/lib/say.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const MAIN = join(ROOT, 'dist/src/main.js');
/** A machine that does other things at the same time starts a process slowly. */
const READY_TIMEOUT_MS = 90_000;
const STOP_GRACE_MS = 15_000;
/** The api's own pace: it takes assets one by one, on connections that are kept. */
const REGISTERED_AT_A_TIME = 8;

/**
 * Does `work` with a stage and its folder, and leaves neither process nor file behind, whatever comes of it.
 *
 * @param options as the constructor of `Stage` takes them, without the folder
 */
export async function onStage(options, work) {
  const folder = mkdtempSync(join(tmpdir(), 'winch-bench-'));
  const stage = new Stage({ ...options, folder });
  process.once('SIGTERM', () => void stage.stop().then(() => process.exit(1)));
  try {
    await work(stage, folder);
  } finally {
    await stage.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The processes of a benchmark: hosts, api and worker, each on its own, and nothing else. */
export class Stage {
  #folder;
  #profileFolder;
  #isProbed;
  #children = [];
  #masterKey = randomBytes(32).toString('base64');
  /** Of every host: one credential opens all. */
  #password = `Aa1-${randomBytes(12).toString('base64url')}`;

  /**
   * @param profileFolder where api and worker leave a CPU profile when they end; undefined: none is taken
   * @param isProbed whether api and worker tell of themselves in `<role>.probe` of the folder (probe.mjs)
   */
  constructor({ folder, profileFolder, isProbed = false }) {
    this.#folder = folder;
    this.#profileFolder = profileFolder;
    this.#isProbed = isProbed;
  }

  /** Starts stand-in hosts in a process of their own. */
  async startHosts(count) {
    const program = join(ROOT, 'dist/test/windows-host/cli.js');
    const child = this.#start(
      'hosts',
      [program, '--count', String(count), '--password', this.#password],
      'pipe',
    );
    const hosts = [];
    for await (const line of createInterface({ input: child.stdout })) {
      hosts.push(JSON.parse(line));
      if (hosts.length === count) break;
    }
    if (hosts.length < count)
      throw new ScriptError(`The hosts did not start (${exitOf(child)}): ${this.log('hosts')}`);
    return { child, hosts };
  }

  /**
   * Starts one api and one worker on this Redis.
   *
   * @param apiProgram another program than the product's for the api, with settings of its own
   * @returns besides the processes and a client `startApi`, which starts the api again once it has been ended
   */
  async startWinch(redisUrl, { apiProgram = MAIN, apiSettings = {} } = {}) {
    const port = await freePort();
    const key = `winch_bench_${randomBytes(24).toString('base64url')}`;
    const address = `http://127.0.0.1:${port}`;
    const common = {
      WINCH_REDIS_URL: redisUrl,
      WINCH_LOG_LEVEL: 'warn',
      WINCH_DATA_DIR: join(this.#folder, 'data'),
    };
    const startApi = async () => {
      const api = this.#role('api', apiProgram, {
        ...common,
        ...apiSettings,
        WINCH_PORT: String(port),
        WINCH_MASTER_KEY: this.#masterKey,
        WINCH_BOOTSTRAP_API_KEY: key,
      });
      await this.#untilReady('api', api, () => isReady(address));
      return api;
    };
    const api = await startApi();
    const worker = this.#role('worker', MAIN, {
      ...common,
      WINCH_API_URL: address,
      WINCH_WORKER_KEY: await this.#workerKey(),
    });
    const client = new ApiClient({ address, key });
    await this.#untilReady('worker', worker, async () => (await client.get('/workers')).items.length === 1);
    return { api, worker, client, startApi };
  }

  log(name) {
    return readFileSync(join(this.#folder, `${name}.log`), 'utf8').slice(-2000);
  }

  async stop() {
    for (const child of this.#children.toReversed()) await stopChild(child, { graceMs: STOP_GRACE_MS });
  }

  async #workerKey() {
    const { deriveWorkerKey } = await import(join(ROOT, 'dist/src/config/keys.js'));
    return deriveWorkerKey(Buffer.from(this.#masterKey, 'base64')).toString('base64');
  }

  #role(role, program, settings) {
    const profile = this.#profileFolder
      ? ['--cpu-prof', `--cpu-prof-dir=${this.#profileFolder}`, `--cpu-prof-name=${role}.cpuprofile`]
      : [];
    const probe = this.#isProbed ? ['--import', join(import.meta.dirname, 'probe.mjs')] : [];
    return this.#start(role, [...profile, ...probe, program], 'ignore', {
      ...settings,
      WINCH_ROLE: role,
      BENCH_PROBE_FILE: join(this.#folder, `${role}.probe`),
    });
  }

  #start(name, args, stdout, settings = {}) {
    const log = openSync(join(this.#folder, `${name}.log`), 'a', 0o600);
    const child = startChild(process.execPath, args, {
      cwd: this.#folder,
      env: { ...withoutSettings(process.env), ...settings },
      stdio: ['ignore', stdout === 'pipe' ? 'pipe' : log, log],
    });
    closeSync(log);
    this.#children.push(child);
    return child;
  }

  async #untilReady(name, child, probe) {
    const answer = await until(async () => hasEnded(child) || (await probe()), {
      timeoutMs: READY_TIMEOUT_MS,
    });
    if (answer === true && !hasEnded(child)) return;
    throw new ScriptError(`The ${name} did not start (${exitOf(child)}): ${this.log(name)}`);
  }
}

/** Registers the hosts as assets, one credential for all of them, and a package. */
export async function furnish(client, { hosts, packageFile }) {
  const [{ user, password }] = hosts;
  await client.post('/credentials', { name: 'Bench', username: user, password, scope: { all: true } });
  const waiting = [...hosts];
  const register = async () => {
    for (let host = waiting.pop(); host; host = waiting.pop()) {
      const { name, address, port, transport } = host;
      await client.post('/assets', { name, address, port, transport });
    }
  };
  await Promise.all(Array.from({ length: REGISTERED_AT_A_TIME }, register));
  await client.post('/packages', packageFile);
}

/** Changes the model of a host: its programs, for instance. */
export async function teach(control, patch) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${control}/model`, { method: 'PATCH', headers, body: JSON.stringify(patch) });
  if (!answer.ok) throw new ScriptError(`${control} answered ${answer.status}: ${await answer.text()}`);
}

function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('WINCH_')));
}

async function isReady(address) {
  try {
    const response = await fetch(`${address}/health/ready`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
