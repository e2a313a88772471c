import { isExpired, type WinrmDeadline } from '../deadline.js';
import { AuthenticationError, TransportError, type WinrmPhase } from '../errors.js';
import { AuthenticatedConnection, type ConnectionSettings } from './authenticated-connection.js';

/** A long Receive holds one connection; the other lets Signal, Delete and a second shell pass it. */
const MAX_CONNECTIONS = 2;

/** Who waits for a connection, how long, and what for. */
export interface PoolWait {
  readonly deadline: WinrmDeadline;
  readonly phase: WinrmPhase;
}

/** The connections of one session: one use of each at a time, new ones when needed, closed ones forgotten. */
export class ConnectionPool {
  readonly #settings: ConnectionSettings;
  readonly #idle: AuthenticatedConnection[] = [];
  readonly #all = new Set<AuthenticatedConnection>();
  readonly #waiting: (() => void)[] = [];
  #inUse = 0;
  #closed = false;
  #refusal: AuthenticationError | undefined;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /**
   * Runs `use` with a connection that nobody else uses meanwhile. While waiting for one it rejects with the cancel
   * reason, or with TransportError `timed-out` when the deadline has passed.
   */
  async withConnection<T>(
    { deadline, phase }: PoolWait,
    use: (connection: AuthenticatedConnection) => Promise<T>,
  ): Promise<T> {
    await this.#enter({ deadline, phase });
    try {
      const connection = this.#takeIdle() ?? (await this.#connect(deadline));
      try {
        return await use(connection);
      } finally {
        this.#putBack(connection);
      }
    } catch (error) {
      // Basic logs on with each operation, the others when they connect.
      if (isRefusedLogon(error)) this.#refusal = error;
      throw error;
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

  async #enter(wait: PoolWait): Promise<void> {
    const { signal } = wait.deadline;
    if (signal.aborted) throw waitEnded(wait);
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
        reject(waitEnded(wait));
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
      connection.close();
      this.#all.delete(connection);
    }
    return undefined;
  }

  async #connect(deadline: WinrmDeadline): Promise<AuthenticatedConnection> {
    if (this.#closed) throw new Error('The session is closed');
    // A password that was changed meanwhile: each further attempt, a clean-up's too, could lock the account.
    if (this.#refusal) throw this.#refusal;
    const connection = await AuthenticatedConnection.open(this.#settings, deadline);
    this.#all.add(connection);
    return connection;
  }

  #putBack(connection: AuthenticatedConnection): void {
    if (connection.isOpen && !this.#closed) this.#idle.push(connection);
    else this.#all.delete(connection);
  }
}

const isRefusedLogon = (error: unknown): error is AuthenticationError =>
  error instanceof AuthenticationError && error.code === 'bad-credentials';

const waitEnded = ({ deadline, phase }: PoolWait): unknown =>
  isExpired(deadline)
    ? new TransportError('timed-out', `The time was over before ${phase} was sent`, {
        phase,
        sent: 'no',
        hint: 'Nothing was sent: give the whole more time, or look at what took it',
        cause: deadline.signal.reason,
      })
    : deadline.signal.reason;
