import { chooseAuth, type AuthProviderFactory } from '../auth/choose-auth.js';
import type { WinrmDeadline } from '../deadline.js';
import { createRequest, parseCreateResponse, type ShellOptions } from '../operations/shell-lifecycle.js';
import { uuidName } from '../soap/request-envelope.js';
import { authorityOf } from '../transport/authority.js';
import { HttpTransport } from '../transport/http-transport.js';
import type { TlsOptions } from '../transport/open-socket.js';
import type { Transport } from '../transport/transport.js';
import { ConnectionPool } from './connection-pool.js';
import {
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_OPERATION_TIMEOUT_SECONDS,
  DEFAULT_TIMING,
  type HostOptions,
  type SessionOptions,
} from './session-options.js';
import type { SessionContext } from './shell-context.js';
import { Shell } from './shell.js';
import { WsmanClient } from './wsman-client.js';

/** The two seams of a session: how bytes travel, and who vouches for them. */
export interface SessionParts {
  readonly transport: Transport;
  readonly createAuth: AuthProviderFactory;
}

/**
 * Logons to one host and the shells opened through them. It owns at most two connections, opened when needed: a
 * long Receive does not hold up a Signal. Dispose it (`await using`): shells still open are deleted, connections closed.
 */
export class Session implements AsyncDisposable {
  readonly #pool: ConnectionPool;
  readonly #context: SessionContext;
  readonly #shells = new Set<Shell>();

  constructor(options: SessionOptions, parts: SessionParts) {
    const operationTimeoutSeconds = options.operationTimeoutSeconds ?? DEFAULT_OPERATION_TIMEOUT_SECONDS;
    const timing = { ...DEFAULT_TIMING, ...options.timing };
    const onEvent = options.onEvent ?? (() => {});
    const host = withoutBrackets(options.host);
    const { port } = options;
    const answerTimeoutMs = operationTimeoutSeconds * 1_000 + timing.answerGraceMs;
    this.#pool = new ConnectionPool({ ...parts, host, port, answerTimeoutMs, onEvent });
    const url = `${options.transport}://${authorityOf(host, port)}/wsman`;
    const client = new WsmanClient(this.#pool, { url, sessionId: uuidName(), operationTimeoutSeconds });
    this.#context = { client, timing, onEvent };
  }

  /** Connects and logs on now, so that a wrong address or password is reported before the first operation. */
  async logOn(deadline: WinrmDeadline): Promise<void> {
    await this.#pool.withConnection({ deadline, phase: 'authenticate' }, () => Promise.resolve());
  }

  /** Opens a `cmd` shell. Never repeated: after an error with `sent: 'maybe'` one may be open until it idles out. */
  async createShell(options: ShellOptions, deadline: WinrmDeadline): Promise<Shell> {
    const request = createRequest(options);
    const shellId = await this.#context.client.call(
      { phase: 'create', request, parse: parseCreateResponse },
      deadline,
    );
    const shell = new Shell(this.#context, shellId);
    this.#shells.add(shell);
    return shell;
  }

  /** Closes the connections at once; shells stay on the host until their idle timeout. */
  close(): void {
    this.#pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#shells, (shell) => shell[Symbol.asyncDispose]()));
    this.close();
  }
}

/** Opens a session: connects and logs on. Rejects with a WinrmError, or with the signal's reason when cancelled. */
export const openSession = async (options: SessionOptions, deadline: WinrmDeadline): Promise<Session> => {
  const tls = tlsOf(options);
  const createAuth = chooseAuth({ ...options, host: withoutBrackets(options.host), tls });
  const session = new Session(options, { transport: httpTransport(options, tls), createAuth });
  try {
    await session.logOn(deadline);
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
};

/** The transport over real sockets for these options. */
export const httpTransport = (options: HostOptions, tls: TlsOptions | undefined): Transport => {
  const { port, connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  return new HttpTransport({ host: withoutBrackets(options.host), port, tls, connectTimeoutMs });
};

/** Undefined for plain HTTP; full verification where nothing else was asked for. */
export const tlsOf = ({ transport, tls = { verify: 'full' } }: HostOptions): TlsOptions | undefined =>
  transport === 'https' ? tls : undefined;

const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');
