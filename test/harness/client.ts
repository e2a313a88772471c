import type { DeploymentView } from '../../src/deployments/api/deployments.dto.js';
import type { LogRecordView } from '../../src/deployments/api/log.dto.js';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import { EventStream } from './event-stream.js';
import { waitFor, type WaitOptions } from './wait-for.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests compare parts of foreign JSON
  readonly body: any;
  readonly text: string;
}

/** One recorded event as the API tells it. */
export interface RunEvent {
  readonly seq: number;
  readonly eventId: number;
  readonly targetRunId: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Order {
  readonly package: string;
  readonly targets: { readonly assets: readonly string[] };
  readonly [field: string]: unknown;
}

interface Items<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A client of the public API, as an ITSM tool would be. */
export class WinchClient {
  constructor(
    readonly url: string,
    readonly key: string,
  ) {}

  /** Whatever the answer is. */
  async request(
    method: string,
    path: string,
    options: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> {
    const { body, headers } = options;
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text), text };
  }

  /** @throws Error unless the answer is 2xx. */
  async get<T>(path: string): Promise<T> {
    return (await this.#succeed('GET', path)).body as T;
  }

  /** @throws Error unless the answer is 2xx. */
  async post<T>(path: string, body?: unknown): Promise<T> {
    return (await this.#succeed('POST', path, body)).body as T;
  }

  async deploy(order: Order): Promise<DeploymentView> {
    return this.post<DeploymentView>('/deployments', order);
  }

  /** Every run of a deployment, by asset name. */
  async runs(deploymentId: string): Promise<readonly RunView[]> {
    return (await this.get<Items<RunView>>(`/deployments/${deploymentId}/runs?limit=500`)).items;
  }

  /** The run of a deployment with one target. */
  async onlyRun(deploymentId: string): Promise<RunView> {
    const [run, ...others] = await this.runs(deploymentId);
    if (!run || others.length > 0) throw new Error(`Deployment ${deploymentId} has not exactly one run`);
    return run;
  }

  async run(id: string): Promise<RunView> {
    return this.get<RunView>(`/runs/${id}`);
  }

  /** All events of a run so far. */
  async events(runId: string): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page: { items: RunEvent[]; nextAfterSeq: number | null } = await this.get(
        `/runs/${runId}/events?limit=500&afterSeq=${after}`,
      );
      events.push(...page.items);
      after = page.nextAfterSeq;
    }
    return events;
  }

  async output(runId: string): Promise<string> {
    return (await this.#succeed('GET', `/runs/${runId}/output`)).text;
  }

  async log(query = ''): Promise<readonly LogRecordView[]> {
    return (await this.get<Items<LogRecordView>>(`/log?limit=500${query}`)).items;
  }

  /** A live stream of events; with `lastEventId` it is resumed. */
  async stream(path: string, lastEventId?: number | string): Promise<EventStream<RunEvent>> {
    const headers = { authorization: `Bearer ${this.key}` };
    return EventStream.open<RunEvent>(`${this.url}/api/v1${path}`, headers, lastEventId);
  }

  /** Resolves with the deployment once each of its runs has finished. */
  async finished(deploymentId: string, options?: WaitOptions): Promise<DeploymentView> {
    return waitFor(
      `deployment ${deploymentId} to finish`,
      async () => {
        const deployment = await this.get<DeploymentView>(`/deployments/${deploymentId}`);
        return deployment.state === 'finished' && deployment;
      },
      options,
    );
  }

  /** Resolves with the run once it has an outcome. */
  async ended(runId: string, options?: WaitOptions): Promise<RunView> {
    return waitFor(
      `run ${runId} to end`,
      async () => {
        const run = await this.run(runId);
        return run.state === 'finished' && run;
      },
      options,
    );
  }

  /** Resolves with the run once it is finished and, where something ran, cleaned up. */
  async settled(runId: string, options?: WaitOptions): Promise<RunView> {
    return waitFor(
      `run ${runId} to settle`,
      async () => {
        const run = await this.run(runId);
        return run.state === 'finished' && run.cleanup !== 'pending' && run;
      },
      options,
    );
  }

  /** Resolves once the run has an event that matches, with that event. */
  async event(
    runId: string,
    matches: (event: RunEvent) => boolean,
    options?: WaitOptions,
  ): Promise<RunEvent> {
    return waitFor(
      `an event of run ${runId}`,
      async () => (await this.events(runId)).find((event) => matches(event)),
      options,
    );
  }

  async #succeed(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.request(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
