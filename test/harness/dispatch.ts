import { randomUUID } from 'node:crypto';
import { ApiModule } from '../../src/api.module.js';
import type { ApiConfig } from '../../src/config/app-config.js';
import { openJob, type JobPayload, jobIdOf } from '../../src/dispatch/domain/sealed-job.js';
import { RunQueue } from '../../src/dispatch/run-queue.js';
import type { DoorEvent, EventAnswer, RecordedRun } from '../../src/recording/domain/door.js';
import { RunStore, type RunRow } from '../../src/recording/persistence/run-store.js';
import type { Clock } from '../../src/shared/clock.js';
import { DoorClient } from '../../src/worker/door-client.js';
import { startTestApi, type TestApi } from './api.js';
import { AT } from './builders/job.js';
import { waitFor } from './wait-for.js';
import { emptyRedis } from './redis.js';

const SIGNAL = new AbortController().signal;

const PACKAGE = {
  name: 'Hello',
  parameters: [{ name: 'TOKEN', secret: true }],
  steps: [{ name: 'Say hello', type: 'command', command: 'echo hello' }],
};

const ORDER = { package: 'Hello', parameters: { TOKEN: 'pl4nted-Secret' } };

export interface DispatchOptions {
  readonly clock?: Clock;
  /** How many assets, `PC-1` and on; 1 by default. */
  readonly assets?: number;
  readonly redisUrl?: string;
  readonly config?: Partial<ApiConfig>;
  /** Its database has assets, credential and package already. */
  readonly isFurnished?: boolean;
}

/** The whole api with real SQLite and Redis, one package, and assets that nobody listens on. */
export class DispatchBench implements AsyncDisposable {
  readonly api: TestApi;
  readonly assets: readonly string[];
  credentialId = '';

  private constructor(api: TestApi, assets: readonly string[]) {
    this.api = api;
    this.assets = assets;
  }

  static async start(options: DispatchOptions = {}): Promise<DispatchBench> {
    const { clock, assets = 1, redisUrl, config, isFurnished = false } = options;
    const api = await startTestApi({
      ...(clock ? { clock } : {}),
      config: { redisUrl: redisUrl ?? (await emptyRedis()), ...config },
      module: (apiConfig, time) => ApiModule.for(apiConfig, time),
    });
    const names = Array.from({ length: assets }, (_, index) => `PC-${index + 1}`);
    const bench = new DispatchBench(api, names);
    try {
      if (!isFurnished) await bench.#furnish();
      return bench;
    } catch (error) {
      await api.close();
      throw error;
    }
  }

  async #furnish(): Promise<void> {
    for (const name of this.assets)
      await this.create('/assets', { name, address: '127.0.0.1', transport: 'http' });
    this.credentialId = await this.addCredential('Admin', 1);
    await this.create('/packages', PACKAGE);
  }

  async addCredential(name: string, order: number): Promise<string> {
    const credential = { name, username: name, password: 'Right-1234', scope: { all: true }, order };
    return (await this.create('/credentials', credential)).id;
  }

  async create(path: string, body: object): Promise<{ readonly id: string }> {
    const answer = await this.api.request('POST', `/api/v1${path}`, { body });
    if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body as { id: string };
  }

  /** Deploys the package and answers the id of the deployment. */
  async deploy(assets: readonly string[] = this.assets, fields: object = {}): Promise<string> {
    return (await this.create('/deployments', { ...ORDER, targets: { assets }, ...fields })).id;
  }

  /** The only run of a deployment, or that of an asset. */
  async run(deploymentId: string, asset?: string): Promise<RunRow> {
    const { body } = await this.api.request('GET', `/api/v1/deployments/${deploymentId}/runs`);
    const items = body.items as { id: string; asset: { name: string } }[];
    const found = items.find((item) => asset === undefined || item.asset.name === asset);
    const row = await this.store.byId(found?.id ?? '');
    if (!row) throw new Error(`Deployment ${deploymentId} has no such run`);
    return row;
  }

  /** Waits until the run is in a state. */
  async runIn(state: string, deploymentId: string, asset?: string): Promise<RunRow> {
    return waitFor(`the run is ${state}`, async () => {
      const run = await this.run(deploymentId, asset);
      return run.state === state && run;
    });
  }

  async events(runId: string): Promise<{ readonly type: string; readonly [field: string]: unknown }[]> {
    const { body } = await this.api.request('GET', `/api/v1/runs/${runId}/events?limit=500`);
    return body.items;
  }

  /** A worker that has registered and does only what the test says. */
  async worker(concurrency = 100): Promise<TestWorker> {
    const worker = new TestWorker(this.api);
    await worker.door.register({ instanceId: worker.id, host: 'test', version: '0', concurrency }, SIGNAL);
    return worker;
  }

  /** The payload of the run's job in Redis, null when there is none. */
  async job(runId: string, epoch: number): Promise<JobPayload | null> {
    const job = await this.api.running.app.get(RunQueue).queue.getJob(jobIdOf(runId, epoch));
    const payload = job ? openJob(job.data.sealed, job.id ?? '', this.api.config.worker.jobKey) : null;
    return payload && payload.mode !== 'scan' ? payload : null;
  }

  get store(): RunStore {
    return this.api.running.app.get(RunStore);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api.close();
  }
}

/** The worker's side of the door, one call at a time. */
export class TestWorker {
  readonly id = randomUUID();
  readonly door: DoorClient;

  constructor(api: TestApi) {
    this.door = new DoorClient({
      apiUrl: api.url,
      apiToken: api.config.worker.apiToken,
      instanceId: this.id,
    });
  }

  /** Sends events of one run; answers what became of them. */
  async send(
    run: { readonly id: string; readonly epoch: number },
    events: readonly DoorEvent[],
  ): Promise<RecordedRun> {
    const [answer] = (await this.sendAll(run, events)).runs;
    if (!answer) throw new Error('The api answered nothing about the run');
    return answer;
  }

  sendAll(
    run: { readonly id: string; readonly epoch: number },
    events: readonly DoorEvent[],
  ): Promise<EventAnswer> {
    const part = { targetRunId: run.id, epoch: run.epoch, events: [...events] };
    return this.door.send({ instanceId: this.id, runs: [part] }, SIGNAL);
  }

  beat(runs: readonly { readonly id: string; readonly epoch: number }[] = []) {
    const followed = runs.map(({ id, epoch }) => ({ targetRunId: id, epoch }));
    return this.door.beat({ runs: followed, draining: false }, SIGNAL);
  }

  detach(): Promise<void> {
    return this.door.detach(SIGNAL);
  }
}

export const connecting = (seq = 1): DoorEvent => ({
  source: 'worker',
  event: { seq, at: AT, type: 'run.connecting', address: 'http://127.0.0.1:5985' },
});

export const starting = (seq = 2): DoorEvent => ({
  source: 'worker',
  event: { seq, at: AT, type: 'run.starting' },
});

export const finished = (seq = 2, outcome: 'succeeded' | 'failed' = 'succeeded'): DoorEvent => ({
  source: 'worker',
  event: { seq, at: AT, type: 'run.finished', outcome, failureReason: null, failureDetail: '' },
});

export const cleaned = (seq = 3): DoorEvent => ({
  source: 'worker',
  event: { seq, at: AT, type: 'cleanup.finished', result: 'clean', detail: '' },
});
