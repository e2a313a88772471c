import type { WinrmDeadline } from '../deadline.js';
import { AuthenticatedConnection, type ConnectionSettings } from './authenticated-connection.js';

/** A long Receive holds one connection; the other lets Signal, Delete and a second shell pass it. */
const MAX_CONNECTIONS = 2;

/** The connections of one session: one use of each at a time, new ones when needed, closed ones forgotten. */
export class ConnectionPool {
  readonly #settings: ConnectionSettings;
  readonly #idle: AuthenticatedConnection[] = [];
  readonly #all = new Set<AuthenticatedConnection>();
  readonly #waiting: (() => void)[] = [];
  #inUse = 0;
  #closed = false;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** Runs `use` with a connection that nobody else uses meanwhile. Rejects with the cancel reason while waiting. */
  async withConnection<T>(
    deadline: WinrmDeadline,
    use: (connection: AuthenticatedConnection) => Promise<T>,
  ): Promise<T> {
    await this.#enter(deadline);
    try {
      const connection = this.#takeIdle() ?? (await this.#connect(deadline));
      try {
        return await use(connection);
      } finally {
        this.#putBack(connection);
      }
    } finally {
      this.#leave();
    }
  }

  /** Closes all connections; later uses fail. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#all) connection.close();
    this.#all.clear();
    this.#idle.length = 0;
  }

  async #enter({ signal }: WinrmDeadline): Promise<void> {
    signal.throwIfAborted();
    if (this.#inUse < MAX_CONNECTIONS) {
      this.#inUse++;
      return;
    }
    // The place is handed over by #leave, so that inUse does not change.
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener('abort', abandon);
        resolve();
      };
      const abandon = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiting.push(turn);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#inUse--;
  }

  #takeIdle(): AuthenticatedConnection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isOpen) return connection;
      this.#all.delete(connection);
    }
    return undefined;
  }

  async #connect(deadline: WinrmDeadline): Promise<AuthenticatedConnection> {
    if (this.#closed) throw new Error('The session is closed');
    const connection = await AuthenticatedConnection.open(this.#settings, deadline);
    this.#all.add(connection);
    return connection;
  }

  #putBack(connection: AuthenticatedConnection): void {
    if (connection.isOpen && !this.#closed) this.#idle.push(connection);
    else this.#all.delete(connection);
  }
}
