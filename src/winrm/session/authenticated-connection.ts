import { authenticationError } from '../auth/auth-errors.js';
import type { AuthProvider } from '../auth/auth-provider.js';
import type { AuthProviderFactory } from '../auth/choose-auth.js';
import type { WinrmDeadline } from '../deadline.js';
import type { WinrmListener } from '../events.js';
import type {
  Connection,
  ExchangeLimits,
  HttpRequest,
  HttpResponse,
  Transport,
} from '../transport/transport.js';
import { decodeSoapText, requireSoapStatus } from './http-answers.js';

/** What a new connection is made with. */
export interface ConnectionSettings {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
  readonly createAuth: AuthProviderFactory;
  /** How long one exchange may take, in milliseconds. */
  readonly answerTimeoutMs: number;
  readonly onEvent: WinrmListener;
}

/** No mechanism that we speak takes more legs; a host that asks for more is leading us on. */
const MAX_LEGS = 4;

/** A connection and the logon that belongs to it, from the handshake to the last sealed byte. */
export class AuthenticatedConnection {
  readonly #connection: Connection;
  readonly #auth: AuthProvider;
  readonly #settings: ConnectionSettings;
  #closed = false;

  private constructor(connection: Connection, settings: ConnectionSettings) {
    this.#connection = connection;
    this.#settings = settings;
    this.#auth = settings.createAuth(connection.peerCertificate);
  }

  /** Connects and logs on. Rejects with TransportError, AuthenticationError or the cancel reason. */
  static async open(settings: ConnectionSettings, deadline: WinrmDeadline): Promise<AuthenticatedConnection> {
    const connection = await settings.transport.connect(deadline);
    settings.onEvent({
      type: 'connected',
      host: settings.host,
      port: settings.port,
      connectionId: connection.id,
    });
    try {
      const authenticated = new AuthenticatedConnection(connection, settings);
      await authenticated.#logOn(deadline);
      return authenticated;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Sends one SOAP document and gives back the one that answers it; any failure closes the connection. */
  async post(xml: string, limits: Omit<ExchangeLimits, 'timeoutMs'>): Promise<string> {
    try {
      const reply = await this.#exchange(this.#auth.seal(Buffer.from(xml, 'utf8')), limits);
      requireSoapStatus(reply, limits.phase);
      return decodeSoapText(this.#auth.open(reply, limits.phase), reply.status, limits.phase);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
    this.#settings.onEvent({ type: 'disconnected', connectionId: this.#connection.id });
  }

  async #logOn(deadline: WinrmDeadline): Promise<void> {
    let authorization = this.#auth.start();
    for (let leg = 0; authorization !== undefined; leg++) {
      if (leg === MAX_LEGS) throw tooManyLegs();
      const request = { headers: { Authorization: authorization }, body: Buffer.alloc(0) };
      const reply = await this.#exchange(request, { phase: 'authenticate', deadline });
      // A web server that knows no /wsman says so here already: that is no word about the logon.
      requireSoapStatus(reply, 'authenticate');
      authorization = this.#auth.next(reply);
    }
    const { mechanism } = this.#auth;
    this.#settings.onEvent({ type: 'authenticated', mechanism, connectionId: this.#connection.id });
  }

  async #exchange(request: HttpRequest, limits: Omit<ExchangeLimits, 'timeoutMs'>): Promise<HttpResponse> {
    const startedAtMs = performance.now();
    const timeoutMs = this.#settings.answerTimeoutMs;
    const reply = await this.#connection.exchange(request, { ...limits, timeoutMs });
    this.#settings.onEvent({
      type: 'exchange',
      phase: limits.phase,
      connectionId: this.#connection.id,
      status: reply.status,
      requestBytes: request.body.length,
      responseBytes: reply.body.length,
      durationMs: performance.now() - startedAtMs,
    });
    return reply;
  }
}

const tooManyLegs = () =>
  authenticationError('bad-challenge', `The host asks for more than ${MAX_LEGS} legs of authentication`, {
    phase: 'authenticate',
    sent: 'no',
  });
