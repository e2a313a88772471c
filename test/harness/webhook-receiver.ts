import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from './wait-for.js';

/** A message as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests compare parts of foreign JSON
  readonly json: any;
}

/** How to answer one message. */
export type Reply = (response: ServerResponse) => void;

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Reply =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };

/** Another program that is told what happens: a real HTTP server on loopback. It answers 204 unless it is told otherwise. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #replies: Reply[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(port = 0): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** The next messages are answered so, one each. */
  reply(...replies: readonly Reply[]): void {
    this.#replies.push(...replies);
  }

  /** Resolves with everything received once there are so many messages. */
  async messages(count: number): Promise<readonly Received[]> {
    await waitFor(`${count} messages to a webhook`, () => this.received.length >= count);
    return this.received;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    this.received.push({
      path: request.url ?? '',
      headers: request.headers,
      body,
      json: body === '' ? undefined : JSON.parse(body),
    });
    (this.#replies.shift() ?? status(204))(response);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What a receiver does with a message: checks its age and its signature, by the specification and not by our code. */
export function isGenuine({ headers, body }: Received, secret: string, now: Date): boolean {
  const timestamp = String(headers['webhook-timestamp']);
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = `${String(headers['webhook-id'])}.${timestamp}.${body}`;
  const expected = createHmac('sha256', key).update(content).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((each) => {
      const given = Buffer.from(each.replace('v1,', ''), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}
