import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { decodeEncryptedBody, ENCRYPTED_CONTENT_TYPE, encodeEncryptedBody } from '../auth/encrypted-body.js';
import { NtlmAcceptor, type AcceptedLogon } from './ntlm-acceptor.js';
import {
  commandStarted,
  deleted,
  envelope,
  faultBody,
  sent,
  shellCreated,
  signalled,
} from './soap-answers.js';

const SOAP = 'application/soap+xml;charset=UTF-8';

/** One operation as the host saw it. */
export interface SeenOperation {
  readonly name: string;
  readonly xml: string;
  /** Counts the connections from 1. */
  readonly connection: number;
}

interface SocketState {
  readonly id: number;
  readonly acceptor: NtlmAcceptor;
  logon?: AcceptedLogon;
}

/** Answers one operation, in whatever way. */
export type Answer = (reply: Reply) => void;

/** How the host starts; everything has a default. */
export interface ScriptedHostOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Flags of the NTLM challenge. */
  readonly challengeFlags?: number;
  /** Answers the handshake in place of NTLM. */
  readonly handshake?: (request: IncomingMessage, response: ServerResponse) => void;
}

/**
 * A WinRM host on a real socket that says what a test tells it to. It is a double for misbehaviour and sequence,
 * not a model of Windows: the simulated host in test/windows-host is that.
 */
export class ScriptedHost implements AsyncDisposable {
  static readonly account = { user: 'admin', domain: '', password: 'pw' };
  readonly seen: SeenOperation[] = [];
  readonly logons: AcceptedLogon[] = [];
  readonly authorizations: string[] = [];
  readonly #answers = new Map<string, Answer[]>();
  readonly #sockets = new Map<Socket, SocketState>();
  readonly #server;

  private constructor(private readonly options: ScriptedHostOptions) {
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      void this.#serve(request, response);
    this.#server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
    // Sockets that a test resets report it here; that is the point of them.
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  static async start(options: ScriptedHostOptions = {}): Promise<ScriptedHost> {
    const host = new ScriptedHost(options);
    host.#server.listen(0, '127.0.0.1');
    await once(host.#server, 'listening');
    return host;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connectionCount(): number {
    return this.#sockets.size;
  }

  /** The names of the operations seen, in order. */
  get operations(): string[] {
    return this.seen.map(({ name }) => name);
  }

  /** The next answers to this operation, in order; afterwards it is answered as usual. */
  on(operation: string, ...answers: Answer[]): this {
    this.#answers.set(operation, [...(this.#answers.get(operation) ?? []), ...answers]);
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    for (const socket of this.#sockets.keys()) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const state = this.#stateOf(request.socket);
    const body = await readAll(request);
    const authorization = request.headers.authorization;
    if (authorization !== undefined) this.authorizations.push(authorization);
    if (authorization?.startsWith('Negotiate '))
      return this.#handshake(request, response, authorization.slice(10));
    const xml = state.logon && isSealed(request) ? openSealed(body, state.logon) : body.toString('utf8');
    const name = operationOf(xml);
    this.seen.push({ name, xml, connection: state.id });
    const reply = new Reply(response, xml, isSealed(request) ? state.logon : undefined);
    const answer = this.#answers.get(name)?.shift() ?? usual(name);
    answer(reply);
  }

  #handshake(request: IncomingMessage, response: ServerResponse, token: string): void {
    if (this.options.handshake) return this.options.handshake(request, response);
    const state = this.#stateOf(request.socket);
    const message = Buffer.from(token, 'base64');
    if (message[8] === 1) {
      const challenge = state.acceptor.challenge(message).toString('base64');
      return answerLeg(response, 401, { 'WWW-Authenticate': `Negotiate ${challenge}` });
    }
    const logon = state.acceptor.accept(message);
    if (!logon) return answerLeg(response, 401, { 'WWW-Authenticate': 'Negotiate', Connection: 'close' });
    state.logon = logon;
    this.logons.push(logon);
    answerLeg(response, 200, {});
  }

  #stateOf(socket: Socket): SocketState {
    const known = this.#sockets.get(socket);
    if (known) return known;
    const acceptor = new NtlmAcceptor(ScriptedHost.account, this.options.challengeFlags);
    const state: SocketState = { id: this.#sockets.size + 1, acceptor };
    this.#sockets.set(socket, state);
    return state;
  }
}

/** One request that waits for its answer. */
export class Reply {
  constructor(
    readonly response: ServerResponse,
    readonly xml: string,
    private readonly logon: AcceptedLogon | undefined,
  ) {}

  /** Answers as Windows would: sealed where the request was. */
  soap(body: string, status = 200): void {
    const { contentType, bytes } = this.sealedSoap(body);
    this.bytes(bytes, { contentType, status });
  }

  /** The bytes that `soap` would send. */
  sealedSoap(body: string): { contentType: string; bytes: Buffer } {
    return this.sealed(envelope(body, this.messageId));
  }

  /** A SOAP document, sealed where the request was. */
  sealed(xml: string): { contentType: string; bytes: Buffer } {
    const clear = Buffer.from(xml, 'utf8');
    if (!this.logon) return { contentType: SOAP, bytes: clear };
    const sealed = this.logon.context.seal(clear);
    return {
      contentType: ENCRYPTED_CONTENT_TYPE,
      bytes: encodeEncryptedBody({ contentType: SOAP, ...sealed }),
    };
  }

  /** Any bytes, with an empty reason phrase as Windows sends it. */
  bytes(
    bytes: Buffer,
    { contentType = SOAP, status = 200 }: { contentType?: string; status?: number } = {},
  ): void {
    this.response.writeHead(status, '', { 'Content-Type': contentType, 'Content-Length': bytes.length });
    this.response.end(bytes);
  }

  get messageId(): string {
    return /<wsa:MessageID>([^<]+)</.exec(this.xml)?.[1] ?? '';
  }
}

/** Ways to answer. */
export const answers = {
  soap:
    (body: string): Answer =>
    (reply) =>
      reply.soap(body),
  fault:
    (code: number, subcode: string, text = 'no'): Answer =>
    (reply) =>
      reply.soap(faultBody(code, subcode, text), 500),
  timedOut: ((reply) => reply.soap(faultBody(2150858793, 'TimedOut', 'nothing yet'), 500)) as Answer,
  reset: ((reply) => reply.response.socket?.resetAndDestroy()) as Answer,
  stall: (() => {}) as Answer,
  clear:
    (body: string, status = 200): Answer =>
    (reply) =>
      reply.bytes(Buffer.from(envelope(body, reply.messageId)), { status }),
  status:
    (status: number): Answer =>
    (reply) =>
      answerLeg(reply.response, status, {}),
};

const usual = (name: string): Answer => {
  const bodies: Readonly<Record<string, string>> = {
    Create: shellCreated,
    Command: commandStarted,
    Send: sent,
    Signal: signalled,
    Delete: deleted,
  };
  return answers.soap(bodies[name] ?? '');
};

const answerLeg = (response: ServerResponse, status: number, headers: Record<string, string>): void => {
  response.writeHead(status, '', { 'Content-Length': '0', ...headers });
  response.end();
};

const isSealed = (request: IncomingMessage): boolean =>
  request.headers['content-type'] === ENCRYPTED_CONTENT_TYPE;

const openSealed = (body: Buffer, logon: AcceptedLogon): string => {
  const { signature, ciphertext } = decodeEncryptedBody(body);
  return logon.context.open(signature, ciphertext).toString('utf8');
};

const operationOf = (xml: string): string =>
  /<wsa:Action[^>]*>[^<]*\/([A-Za-z]+)</.exec(xml)?.[1] ?? /<wsmid:(Identify)\/>/.exec(xml)?.[1] ?? '';

const readAll = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};
