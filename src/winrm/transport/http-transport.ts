import type { WinrmDeadline } from '../deadline.js';
import { authorityOf } from './authority.js';
import { HttpConnection } from './http-connection.js';
import { openSocket, type TlsOptions } from './open-socket.js';
import type { Connection, Transport } from './transport.js';

/** Where the WinRM listener is. */
export interface HttpTransportOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain HTTP. */
  readonly tls: TlsOptions | undefined;
  /** For TCP and TLS together, in milliseconds. */
  readonly connectTimeoutMs: number;
}

/** Connections over node:net, node:tls and node:http. */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  #nextId = 1;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
  }

  async connect(deadline: WinrmDeadline): Promise<Connection> {
    const { host, port, tls, connectTimeoutMs } = this.#options;
    const socket = await openSocket({ host, port, tls, timeoutMs: connectTimeoutMs }, deadline);
    return new HttpConnection(this.#nextId++, authorityOf(host, port), socket);
  }
}
