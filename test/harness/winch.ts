import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workerKeyFor } from '../../src/config/app-config.js';
import type { PackageBuilder } from './builders/package.js';
import { WinchClient } from './client.js';
import { Fleet, type HostSetup, type RegisteredHost, type StandInOptions } from './fleet.js';
import { freePort, isListening } from './ports.js';
import { pathOnly, startTestRedis, type TestRedis } from './redis-server.js';
import { type ProcessEnd, ServiceProcess } from './service-process.js';

const MAIN = resolve(__dirname, '../../dist/src/main.js');
export const ADMINISTRATOR_KEY = 'winch_e2e_0123456789abcdef0123456789abcdef';

export interface WinchOptions {
  /** False: only the api is started, so nothing runs until `worker.start()`. */
  readonly worker?: boolean;
  /** Of the credential that opens every host. */
  readonly password?: string;
  /** Default info. */
  readonly logLevel?: 'info' | 'debug';
  /** An empty folder for database and master key. Default: one in the temporary folder. */
  readonly dataDir?: string;
  /** Puts something between the processes: given where they are, answers where each shall look for the others. */
  readonly through?: (real: RealAddresses) => Promise<ThroughAddresses>;
}

export interface RealAddresses {
  readonly apiUrl: string;
  readonly redisPort: number;
}

export interface ThroughAddresses {
  /** Where the workers find the api. */
  readonly apiUrl: string;
  readonly redisUrlOfApi: string;
  readonly redisUrlOfWorker: string;
}

interface WinchParts {
  readonly folder: string;
  readonly dataDir: string;
  readonly port: number;
  readonly redis: TestRedis;
  readonly fleet: Fleet;
  readonly client: WinchClient;
  readonly logLevel: string;
  readonly through: ThroughAddresses | undefined;
}

/**
 * The whole program as it is deployed: an api and a worker process from dist, a Redis, and simulated hosts in
 * this process. Everything lies in one temporary folder. `close` ends it all and fails when something is left.
 */
export class Winch implements AsyncDisposable {
  readonly folder: string;
  readonly dataDir: string;
  readonly client: WinchClient;
  readonly redis: TestRedis;
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess;
  readonly #port: number;
  readonly #fleet: Fleet;
  readonly #workerEnvironment: Record<string, string>;
  readonly #moreWorkers: ServiceProcess[] = [];

  private constructor({ folder, dataDir, port, redis, fleet, client, logLevel, through }: WinchParts) {
    this.folder = folder;
    this.dataDir = dataDir;
    this.client = client;
    this.redis = redis;
    this.#port = port;
    this.#fleet = fleet;
    const common = { ...environmentOf(dataDir, port, redis.url), WINCH_LOG_LEVEL: logLevel };
    const workerKey = workerKeyFor(common);
    const apiOnly = {
      WINCH_ROLE: 'api',
      WINCH_BOOTSTRAP_API_KEY: ADMINISTRATOR_KEY,
      ...(through && { WINCH_REDIS_URL: through.redisUrlOfApi }),
    };
    this.#workerEnvironment = {
      ...common,
      WINCH_ROLE: 'worker',
      WINCH_WORKER_KEY: workerKey,
      ...(through && { WINCH_REDIS_URL: through.redisUrlOfWorker, WINCH_API_URL: through.apiUrl }),
    };
    this.api = service(folder, 'api', { ...common, ...apiOnly });
    this.worker = service(folder, 'worker', this.#workerEnvironment);
  }

  /** Resolves when it takes orders. One credential opens every host of its fleet. */
  static async start(options: WinchOptions = {}): Promise<Winch> {
    const { worker = true, password = 'Correct-Horse-7', logLevel = 'info' } = options;
    if (!existsSync(MAIN)) throw new Error('dist is missing: npm test builds it, or run npm run build');
    const folder = mkdtempSync(join(tmpdir(), 'winch-e2e-'));
    const port = await freePort();
    const client = new WinchClient(`http://127.0.0.1:${port}`, ADMINISTRATOR_KEY);
    const [redis, fleet] = await Promise.all([startTestRedis(folder), Fleet.create(client, password)]);
    const dataDir = options.dataDir ?? join(folder, 'data');
    mkdirSync(dataDir, { recursive: true });
    const through = await options.through?.({ apiUrl: client.url, redisPort: redis.port ?? 0 });
    const winch = new Winch({ folder, dataDir, port, redis, fleet, client, logLevel, through });
    try {
      await winch.#startProcesses({ worker, password });
      return winch;
    } catch (error) {
      await winch.close();
      throw error;
    }
  }

  async #startProcesses({ worker, password }: { worker: boolean; password: string }): Promise<void> {
    await this.api.start();
    if (worker) await this.worker.start();
    const scope = { all: true };
    await this.client.post('/credentials', { name: 'Fleet', username: 'Administrator', password, scope });
  }

  /** Adds a host whose programs come from tables. */
  async addHost(name: string, options?: StandInOptions, setup?: HostSetup): Promise<RegisteredHost> {
    return this.#fleet.add(name, options, setup);
  }

  /** Registers an asset at an address where nothing listens. */
  async addUnreachableAsset(name: string): Promise<void> {
    await this.addAsset(name, { port: await freePort() });
  }

  /** Registers an asset that is no simulated host, by default on this machine over http. */
  async addAsset(name: string, fields: object): Promise<void> {
    await this.client.post('/assets', { name, address: '127.0.0.1', transport: 'http', ...fields });
  }

  /** Starts one more worker process. */
  async addWorker(): Promise<ServiceProcess> {
    const worker = this.anotherWorker();
    await worker.start();
    return worker;
  }

  /** One more worker process, for the caller to start. */
  anotherWorker(): ServiceProcess {
    const worker = service(this.folder, `worker-${this.#moreWorkers.length + 2}`, this.#workerEnvironment);
    this.#moreWorkers.push(worker);
    return worker;
  }

  async addPackage(builder: PackageBuilder): Promise<void> {
    await this.client.post('/packages', builder.toFile());
  }

  /** Everything that api and worker have printed. */
  logs(): { readonly api: string; readonly worker: string } {
    const read = (name: string) => readFileSync(logFile(this.folder, name), 'utf8');
    return { api: read('api'), worker: existsSync(logFile(this.folder, 'worker')) ? read('worker') : '' };
  }

  /** @throws Error that names what was left behind, or did not end as it should. */
  async close(): Promise<void> {
    const unclean = await this.#stopProcesses();
    await this.redis.process?.stop();
    const ports = [this.#port, ...(this.redis.port === undefined ? [] : [this.redis.port])];
    const open = await this.#fleet.close();
    for (const port of ports) if (await isListening(port)) open.push(port);
    const problems = [...unclean, ...open.map((port) => `port ${port} is open`)];
    if (problems.length > 0)
      throw new Error(`Winch did not end cleanly (${this.folder}): ${problems.join('; ')}`);
    rmSync(this.folder, { recursive: true });
  }

  /** Workers first: the api takes their runs back. Answers how those ended that did not end as they should. */
  async #stopProcesses(): Promise<string[]> {
    const unclean: string[] = [];
    for (const process of [this.worker, ...this.#moreWorkers, this.api]) {
      const end = await process.stop();
      if (isUnclean(end)) unclean.push(`${process.logFile} ended with ${JSON.stringify(end)}`);
    }
    return unclean;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A process that a test killed did not end by itself, and is no defect. */
function isUnclean({ code, signal }: ProcessEnd): boolean {
  return code !== null && code !== 0 ? true : signal !== null && signal !== 'SIGKILL';
}

function environmentOf(dataDir: string, port: number, redisUrl: string): Record<string, string> {
  return {
    ...pathOnly(),
    WINCH_SCAN_EVERY_HOURS: '0',
    WINCH_DATA_DIR: dataDir,
    WINCH_REDIS_URL: redisUrl,
    WINCH_PORT: String(port),
  };
}

function service(folder: string, name: string, environment: Record<string, string>): ServiceProcess {
  return new ServiceProcess({
    command: process.execPath,
    args: ['--enable-source-maps', MAIN],
    environment,
    logFile: logFile(folder, name),
    readyText: name === 'api' ? 'winch-api-listening' : 'winch-worker-ready',
  });
}

function logFile(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}
