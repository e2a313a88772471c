import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Everything that clients tell a Redis, as `MONITOR` prints it: values that live only for a moment are in it too. */
export class RedisMonitor implements Disposable {
  readonly #socket: Socket;
  readonly #pieces: Buffer[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#pieces.push(bytes));
  }

  /** Resolves when Redis has answered: what is sent from then on is seen. A plain socket, as no client parses this well. */
  static async start(address: string): Promise<RedisMonitor> {
    const { hostname, port, password } = new URL(address);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const monitor = new RedisMonitor(socket);
    socket.write(`${password === '' ? '' : `AUTH ${decodeURIComponent(password)}\r\n`}MONITOR\r\n`);
    await once(socket, 'data');
    return monitor;
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
