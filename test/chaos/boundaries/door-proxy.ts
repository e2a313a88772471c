import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventAnswer,
  type EventBatch,
  eventAnswerSchema,
  eventBatchSchema,
} from '../../../src/recording/domain/door.js';
import type { Held } from './held.js';

type Part = EventBatch['runs'][number];

/** Where the events of one run stop. */
export interface DoorHold {
  readonly targetRunId: string;
  /** The first event of this type, whoever tells it. */
  readonly type: string;
  /** `request`: before the api gets it. `answer`: the api has committed it, and the worker does not hear of that. */
  readonly side: 'request' | 'answer';
}

interface ArmedHold extends DoorHold {
  isHeld: boolean;
}

/** A worker that hears of nothing sends again at once: not faster than this. */
const NOTHING_PASSED_MS = 100;

/**
 * Stands between the workers and the api's door (docs/developing/workers-door.md) and lets everything through but the
 * events of single runs that are held. For the worker it is as if the api had not come to them yet.
 */
export class DoorProxy implements AsyncDisposable {
  readonly #holds = new Map<string, ArmedHold>();
  readonly #server: Server;

  private constructor(private readonly apiUrl: string) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(apiUrl: string): Promise<DoorProxy> {
    const proxy = new DoorProxy(apiUrl);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // Never a pipe: it listens on a port.
  }

  hold(hold: DoorHold): Held {
    const armed = { ...hold, isHeld: false };
    this.#holds.set(hold.targetRunId, armed);
    return armed;
  }

  release(): void {
    this.#holds.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await textOf(request);
      if (request.url === '/internal/v1/events') await this.#serveEvents(request, response, body);
      else await answer(response, await this.#forward(request, body));
    } catch {
      // The api is away, or the worker: to the other side it is a connection that breaks.
      response.destroy();
    }
  }

  async #serveEvents(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const batch = eventBatchSchema.parse(JSON.parse(body));
    const passing = batch.runs.flatMap((part) => this.#passing(part));
    if (passing.length === 0) {
      await delay(NOTHING_PASSED_MS);
      return sendJson(response, { runs: [], instructions: [] });
    }
    const reply = await this.#forward(request, JSON.stringify({ ...batch, runs: passing }));
    if (!reply.ok) return answer(response, reply);
    const told = eventAnswerSchema.parse(await reply.json());
    sendJson(response, { ...told, runs: told.runs.filter((run) => this.#mayHear(run)) });
  }

  /** What of a run's events goes on to the api: all, those before the one that is held, or none. */
  #passing(part: Part): Part[] {
    const hold = this.#holds.get(part.targetRunId);
    if (hold === undefined) return [part];
    if (hold.isHeld) return [];
    const at = part.events.findIndex(({ event }) => event.type === hold.type);
    if (at < 0) return [part];
    hold.isHeld = true;
    const events = part.events.slice(0, hold.side === 'request' ? at : at + 1);
    return events.length === 0 ? [] : [{ ...part, events }];
  }

  /** The answer about what was committed before a held request may go back: the worker forgets just that. */
  #mayHear({ targetRunId }: EventAnswer['runs'][number]): boolean {
    const hold = this.#holds.get(targetRunId);
    return hold === undefined || !hold.isHeld || hold.side === 'request';
  }

  async #forward(request: IncomingMessage, body: string): Promise<Response> {
    const { authorization = '' } = request.headers;
    return fetch(`${this.apiUrl}${request.url ?? ''}`, {
      method: request.method ?? 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
    });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function answer(response: ServerResponse, reply: Response): Promise<void> {
  const text = await reply.text();
  response.writeHead(reply.status, {
    'content-type': reply.headers.get('content-type') ?? 'application/json',
  });
  response.end(text);
}

function sendJson(response: ServerResponse, content: EventAnswer): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(content));
}
