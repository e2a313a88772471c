import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Held } from './held.js';

interface ArmedHold {
  isHeld: boolean;
  readonly matches: (commands: string) => boolean;
}

/** Stands between one process and Redis, and holds back what is sent from a certain command on. */
export class RedisProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #paused = new Set<() => void>();
  #armed: ArmedHold[] = [];

  private constructor(private readonly redisPort: number) {
    this.#server = createServer((client) => this.#join(client));
  }

  static async start(redisPort: number): Promise<RedisProxy> {
    const proxy = new RedisProxy(redisPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // Never a pipe: it listens on a port.
  }

  /** Holds a connection from the first piece of traffic to Redis that matches; pieces begin with a command. */
  hold(matches: (commands: string) => boolean): Held {
    const armed = { isHeld: false, matches };
    this.#armed.push(armed);
    return armed;
  }

  release(): void {
    this.#armed = [];
    for (const goOn of this.#paused) goOn();
    this.#paused.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Each side ends with the other, as if there were nothing between them. */
  #join(client: Socket): void {
    const redis = connect(this.redisPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    redis.pipe(client);
    client.on('data', (bytes) => this.#pass(bytes, client, redis));
  }

  #pass(bytes: Buffer, client: Socket, redis: Socket): void {
    const hold = this.#holdFor(bytes.toString('latin1'));
    if (hold === undefined) return void redis.write(bytes);
    hold.isHeld = true;
    client.pause();
    this.#paused.add(() => {
      redis.write(bytes);
      client.resume();
    });
  }

  #holdFor(commands: string): ArmedHold | undefined {
    return this.#armed.find(({ isHeld, matches }) => !isHeld && matches(commands));
  }
}
