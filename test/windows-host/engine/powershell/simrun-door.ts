import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Called with the connection of a simrun and the lines that it reports. */
export type SimrunListener = (socket: Socket, lines: AsyncGenerator<string>) => void;

/** Where `simrun.exe` (recipe/programs/simrun.c) asks what to start and reports what becomes of it. */
export class SimrunDoor {
  readonly #expected = new Map<string, SimrunListener>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((socket) => void this.#greet(socket));
  }

  static async open(): Promise<SimrunDoor> {
    const door = new SimrunDoor();
    door.#server.listen(0, '127.0.0.1');
    await once(door.#server, 'listening');
    return door;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A key for one simrun; the listener is called when that one connects. */
  expect(listener: SimrunListener): string {
    const key = randomBytes(16).toString('hex');
    this.#expected.set(key, listener);
    return key;
  }

  forget(key: string): void {
    this.#expected.delete(key);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  async #greet(socket: Socket): Promise<void> {
    socket.setNoDelay(true);
    const lines = linesOf(socket);
    const first = await lines.next();
    const key = first.done === true ? '' : first.value;
    const listener = this.#expected.get(key);
    if (listener === undefined) return void socket.destroy();
    this.#expected.delete(key);
    listener(socket, lines);
  }
}

/** Ends with the connection, also with one that is reset when the host ends. */
async function* linesOf(socket: Socket): AsyncGenerator<string, void> {
  socket.on('error', () => socket.destroy());
  try {
    for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) yield line;
  } catch {
    socket.destroy();
  }
}
