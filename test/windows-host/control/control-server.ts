import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZodError } from 'zod';
import { readBody } from '../http/body.js';
import { ROUTES, type ControlledHost } from './routes.js';

const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** A request that the control address cannot carry out; the message is answered. */
class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The control address of any number of hosts: plain HTTP and JSON on the loopback, for tests only. */
export class ControlServer {
  readonly #hosts = new Map<string, ControlledHost>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  /** Listens on a port that the system chooses, or the given one. */
  static async start(port = 0): Promise<ControlServer> {
    const control = new ControlServer();
    control.#server.listen(port, '127.0.0.1');
    await once(control.#server, 'listening');
    return control;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Serves a host, and returns the URL that its paths are appended to. */
  add(name: string, host: ControlledHost): string {
    if (this.#hosts.has(name))
      throw new Error(`A host named ${name} is served here already: give each host its own name`);
    this.#hosts.set(name, host);
    return `${this.url}/hosts/${encodeURIComponent(name)}`;
  }

  remove(name: string): void {
    this.#hosts.delete(name);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, LARGEST_BODY_BYTES);
    try {
      sendJson(response, 200, await this.#dispatch(request, body));
    } catch (error) {
      sendJson(response, statusOf(error), { error: error instanceof Error ? error.message : String(error) });
    }
  }

  #dispatch(request: IncomingMessage, body: Buffer | null): unknown {
    const [, root = '', encodedName = '', ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    if (root === 'hosts' && encodedName === '') return [...this.#hosts.keys()];
    const host = this.#hosts.get(decodeURIComponent(encodedName));
    if (root !== 'hosts' || host === undefined)
      throw new ControlError(404, `No host is served at ${request.url}`);
    const route = ROUTES.get(`${request.method} /${rest.join('/')}`);
    if (route === undefined)
      throw new ControlError(
        404,
        `There is no ${request.method} ${request.url}: ${[...ROUTES.keys()].join(', ')}`,
      );
    return route(host, parseBody(body));
  }
}

function parseBody(body: Buffer | null): unknown {
  if (body === null) throw new ControlError(413, 'The body is too large');
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ControlError(400, 'The body is not JSON');
  }
}

function statusOf(error: unknown): number {
  if (error instanceof ControlError) return error.status;
  return error instanceof ZodError ? 400 : 500;
}

function sendJson(response: ServerResponse, status: number, content: unknown): void {
  const body = Buffer.from(`${JSON.stringify(content, null, 2)}\n`, 'utf8');
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
}
