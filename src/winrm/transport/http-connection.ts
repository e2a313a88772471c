import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { closedBeforeSending, exchangeError, responseTooLarge } from './exchange-errors.js';
import type { Connection, ExchangeLimits, HttpRequest, HttpResponse } from './transport.js';
import type { OpenSocket } from './open-socket.js';
import { WaitLimit } from './wait-limit.js';

const WSMAN_PATH = '/wsman';
const MAX_HEADER_BYTES = 16_384;
/** Four times MaxEnvelopeSize: UTF-16 doubles a body, and framing adds to it. */
const MAX_RESPONSE_BYTES = 2_097_152;

/** Hands the one socket of a connection to each of its requests, and never opens another. */
class OneSocketAgent extends Agent {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#socket = socket;
  }

  override createConnection(): Socket {
    return this.#socket;
  }
}

/** HTTP/1.1 over one socket of node:net or node:tls. */
export class HttpConnection implements Connection {
  readonly peerCertificate: Buffer | undefined;
  readonly #socket: Socket;
  readonly #agent: OneSocketAgent;
  readonly #hostHeader: string;

  constructor(
    readonly id: number,
    hostHeader: string,
    { socket, peerCertificate }: OpenSocket,
  ) {
    this.peerCertificate = peerCertificate;
    this.#hostHeader = hostHeader;
    this.#socket = socket;
    this.#agent = new OneSocketAgent(socket);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  async exchange(request: HttpRequest, limits: ExchangeLimits): Promise<HttpResponse> {
    if (!this.isOpen) throw closedBeforeSending(this.#hostHeader, limits);
    using limit = new WaitLimit(limits.deadline, limits.timeoutMs);
    try {
      return await this.#send(request, limits, limit.signal);
    } catch (error) {
      this.close();
      if (limit.isCancelled) throw limits.deadline.signal.reason;
      throw exchangeError(error, { host: this.#hostHeader, limits, isTimeout: limit.signal.aborted });
    }
  }

  close(): void {
    this.#socket.destroy();
    this.#agent.destroy();
  }

  async #send(
    { headers, body }: HttpRequest,
    limits: ExchangeLimits,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const outgoing = httpRequest({
      agent: this.#agent,
      method: 'POST',
      path: WSMAN_PATH,
      // The server refuses chunked bodies with fault 50 ([MS-WSMV] 3.1.4.1.31.8): the length is always given.
      headers: {
        Host: this.#hostHeader,
        'Accept-Encoding': 'identity',
        ...headers,
        'Content-Length': body.length,
      },
      maxHeaderSize: MAX_HEADER_BYTES,
      signal,
    });
    // Errors reach us through once() or the body; one that comes after an early answer (413) must not be thrown.
    outgoing.on('error', () => {});
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      authenticate: response.headersDistinct['www-authenticate'] ?? [],
      body: await readBody(response, limits),
    };
  }
}

const readBody = async (response: IncomingMessage, { phase }: ExchangeLimits): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw responseTooLarge(MAX_RESPONSE_BYTES, phase);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
};
