import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { HostCertificate } from './certificate.js';
import { newConnection, type Connection } from './connection.js';

export interface ListenerOptions {
  readonly address: string;
  /** 0 lets the system choose; a listener that opens again keeps what was chosen. */
  readonly port: number;
  /** Null for plain HTTP. */
  readonly certificate: HostCertificate | null;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse, connection: Connection) => void;
}

/** A WinRM listener's socket: it can be closed and opened again on the same port, as a host that restarts does. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #sockets = new Set<Socket>();
  readonly #connections = new WeakMap<Socket, Connection>();
  #server: Server | null = null;
  #port: number;
  #connectionCount = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens. Without effect when it does already. */
  async open(): Promise<void> {
    if (this.#server !== null) return;
    const server = this.#createServer();
    server.listen(this.#port, this.#options.address);
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Refuses new connections and ends the ones there are. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    this.dropConnections();
    await closed;
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #createServer(): Server {
    const { certificate } = this.#options;
    const options = { keepAliveTimeout: 0, requestTimeout: 0 };
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
      const connection = this.#connections.get(request.socket);
      if (connection !== undefined) this.#options.onRequest(request, response, connection);
    };
    const server =
      certificate === null
        ? createServer(options, onRequest)
        : createTlsServer({ ...options, cert: certificate.certificate, key: certificate.key }, onRequest);
    this.#trackSockets(server, certificate !== null);
    return server;
  }

  #trackSockets(server: Server, isTls: boolean): void {
    const byPort = new Map<number, Socket>();
    server.on('connection', (tcp: Socket) => {
      this.#sockets.add(tcp);
      const port = tcp.remotePort ?? 0;
      byPort.set(port, tcp);
      tcp.once('close', () => {
        this.#sockets.delete(tcp);
        byPort.delete(port);
      });
      // A client that resets its connection is nothing to report.
      tcp.on('error', () => tcp.destroy());
      if (!isTls) this.#remember(tcp, tcp);
    });
    server.on('secureConnection', (tls: Socket) =>
      this.#remember(tls, byPort.get(tls.remotePort ?? 0) ?? tls),
    );
  }

  #remember(socket: Socket, tcp: Socket): void {
    this.#connectionCount += 1;
    this.#connections.set(socket, newConnection(this.#connectionCount, tcp));
  }
}
