import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthVerdict } from '../auth/authenticator.js';
import { interrupt } from '../faults/interruption.js';
import { happensAfter } from '../faults/misbehaviour.js';
import { WsmanFault } from '../soap/fault.js';
import { encodeIdentifyReply } from '../soap/identify.js';
import type { OperationName } from '../soap/operation.js';
import { readBody } from './body.js';
import type { Connection } from './connection.js';
import { OperationExchange } from './operation-exchange.js';
import type { EndpointParts, HttpExchange } from './endpoint-parts.js';
import type { LoggedRequest } from './request-log.js';
import { emptyReply, soapReply, tokenHeaders, writeReply, type HttpReply } from './respond.js';

/** Bodies beyond this are not even read; the service's own limit is answered with 413. */
const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

/** The HTTP side of a WinRM service: path, logon, then the operation (MS-WSMV 3.1.4.1.31). */
export class WinrmEndpoint {
  constructor(private readonly parts: EndpointParts) {}

  /** Answers one request. Rejects only for a fault of the simulation itself. */
  async handle(request: IncomingMessage, response: ServerResponse, connection: Connection): Promise<void> {
    const body = await readBody(request, LARGEST_BODY_BYTES);
    if (body === null) {
      connection.tcp.destroy();
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    await this.#route({ request, response, connection, body, gone: gone.signal });
  }

  async #route(exchange: HttpExchange): Promise<void> {
    const { request } = exchange;
    const path = (request.url ?? '').split('?')[0]?.replace(/\/$/, '').toLowerCase();
    if (path !== '/wsman') return this.#answer(exchange, emptyReply(404));
    if (request.method !== 'POST') return this.#answer(exchange, emptyReply(405));
    if (request.headers['wsmanidentify'] !== undefined) return this.#identify(exchange);
    return this.#authorize(exchange);
  }

  async #identify(exchange: HttpExchange): Promise<void> {
    const entry = this.#logged(exchange, 'Identify');
    if (await this.#interrupted(exchange, entry)) return;
    await this.#answer(exchange, soapReply(200, encodeIdentifyReply(null)), entry);
  }

  async #authorize(exchange: HttpExchange): Promise<void> {
    const { authenticator } = this.parts;
    const verdict = authenticator.authorize(
      exchange.connection.identity,
      exchange.request.headers.authorization,
    );
    if (verdict.kind === 'authorized' && exchange.body.length > 0) {
      return new OperationExchange(this.parts, exchange, verdict).run();
    }
    const entry = this.#logged(exchange, 'Negotiate');
    if (verdict.kind === 'refused') entry.refusal = verdict.reason;
    if (await this.#interrupted(exchange, entry)) return;
    await this.#answer(exchange, this.#logonReply(verdict), entry);
  }

  #logonReply(verdict: AuthVerdict): HttpReply {
    switch (verdict.kind) {
      case 'authorized':
        return emptyReply(200, { headers: tokenHeaders(verdict.token) });
      case 'continue':
        return emptyReply(401, { headers: tokenHeaders(verdict.token) });
      case 'refused':
        return emptyReply(401, { headers: this.parts.authenticator.challenges, close: true });
    }
  }

  /** Whether a misbehaviour took the place of the answer. Outside SOAP a fault becomes HTTP 500. */
  async #interrupted(exchange: HttpExchange, entry: LoggedRequest): Promise<boolean> {
    const rule = this.parts.misbehaviours.next(entry.operation);
    if (rule === null || happensAfter(rule)) return false;
    entry.misbehaviour = rule.do;
    try {
      return (await interrupt(rule, exchange, this.parts.misbehaviours.stalls)) === 'ended';
    } catch (error) {
      if (!(error instanceof WsmanFault)) throw error;
      await this.#answer(exchange, emptyReply(500), entry);
      return true;
    }
  }

  #logged(exchange: HttpExchange, operation: OperationName): LoggedRequest {
    return this.parts.log.add({
      operation,
      method: exchange.request.method ?? '',
      action: null,
      messageId: null,
      at: this.parts.now().toISOString(),
      connection: exchange.connection.number,
      sealed: false,
    });
  }

  async #answer(exchange: HttpExchange, reply: HttpReply, entry?: LoggedRequest): Promise<void> {
    if (entry !== undefined) entry.status = reply.status;
    await writeReply(exchange.response, reply);
  }
}
