import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

export interface RawReply {
  readonly statusLine: string;
  readonly status: number;
  /** In the order received. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

export interface RawRequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** One TCP connection that speaks HTTP/1.1 byte by byte, so that a test sees what was really sent. */
export class RawConnection implements AsyncDisposable {
  readonly closed: Promise<'end' | 'error'>;
  #received = Buffer.alloc(0);
  #arrived: () => void = () => undefined;
  #isClosed = false;

  private constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => {
      socket.once('error', () => resolve('error'));
      socket.once('close', () => resolve('end'));
    });
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#arrived();
    });
    for (const event of ['end', 'close', 'error']) {
      socket.on(event, () => {
        this.#isClosed = true;
        this.#arrived();
      });
    }
  }

  static async open(host: { address: string; port: number; ca: string | null }): Promise<RawConnection> {
    const { address, port, ca } = host;
    const socket =
      ca === null ? connect(port, address) : connectTls({ host: address, port, ca, servername: 'localhost' });
    const connection = new RawConnection(socket);
    await once(socket, ca === null ? 'connect' : 'secureConnect');
    return connection;
  }

  /** DER of the host's certificate over https. */
  get certificate(): Buffer {
    return (this.socket as TLSSocket).getPeerCertificate().raw;
  }

  /** Sends a request and reads its reply. Throws when the connection ends before the reply is whole. */
  async request(options: RawRequestOptions = {}): Promise<RawReply> {
    this.send(options);
    return this.reply();
  }

  send({ method = 'POST', path = '/wsman', headers = {}, body = Buffer.alloc(0) }: RawRequestOptions): void {
    const chunked = 'Transfer-Encoding' in headers;
    const all = {
      Host: 'localhost',
      ...(chunked ? {} : { 'Content-Length': String(body.length) }),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(
      Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), body]),
    );
  }

  async reply(): Promise<RawReply> {
    const headEnd = await this.#until(() => this.#received.indexOf('\r\n\r\n'));
    const [statusLine = '', ...headerLines] = this.#received
      .subarray(0, headEnd)
      .toString('latin1')
      .split('\r\n');
    const headers = headerLines.map(
      (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const,
    );
    const length = Number(headers.find(([name]) => name === 'Content-Length')?.[1] ?? 0);
    const end = headEnd + 4 + length;
    await this.#until(() => (this.#received.length >= end ? end : -1));
    const body = this.#received.subarray(headEnd + 4, end);
    this.#received = this.#received.subarray(end);
    return { statusLine, status: Number(statusLine.split(' ')[1]), headers, body };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  async #until(position: () => number): Promise<number> {
    for (;;) {
      const found = position();
      if (found >= 0) return found;
      if (this.#isClosed) throw new Error(`Connection ended after ${this.#received.length} bytes of a reply`);
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }
}
