import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, type EntityManager } from 'typeorm';
import { leaveTransaction } from './leave-transaction.js';
import { readerOptions, writerOptions, type SchemaSource } from './options.js';

/** Joins a transaction just before it is committed; `result` is what the transaction's work answered. */
export type CommitHook = (tx: EntityManager, result: unknown) => Promise<void>;

/** Hears how long a write stood in the queue, and how long it then took. Milliseconds. */
export type WriteObserver = (waitedMs: number, tookMs: number) => void;

/**
 * The only door to SQL. TypeORM shares one connection among all callers of an SQLite DataSource, so that
 * concurrent transactions join each other and committed-looking rows vanish with a stranger's rollback
 * (docs/decisions/0003-sqlite-door.md). Here writes queue up, one transaction at a time, on one
 * connection, and reads go through a second, read-only one, which in WAL mode sees only what is committed
 * and never waits for a writer.
 */
export class Database {
  readonly #writer: DataSource;
  readonly #reader: DataSource;
  readonly #inWrite = new AsyncLocalStorage<true>();
  readonly #commitHook = new AsyncLocalStorage<CommitHook>();
  #tail: Promise<unknown> = Promise.resolve();
  #observer: WriteObserver = () => {};

  private constructor(writer: DataSource, reader: DataSource) {
    this.#writer = writer;
    this.#reader = reader;
  }

  /** Opens the file, makes it when it is missing, and runs the migrations that it lacks. */
  static async open(file: string, source: SchemaSource): Promise<Database> {
    const writer = await new DataSource(writerOptions(file, source)).initialize();
    try {
      await writer.runMigrations({ transaction: 'each' });
      const reader = await new DataSource(readerOptions(file, source)).initialize();
      return new Database(writer, reader);
    } catch (error) {
      await writer.destroy();
      throw error;
    }
  }

  /**
   * Runs `work` in a transaction of its own, after all writes asked for before it. Rejects and rolls back when
   * `work` throws. Keep network waits out of it: every other writer waits as long.
   *
   * @throws Error when called inside another `write`: it would wait for itself.
   */
  async write<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    if (this.#inWrite.getStore()) throw new Error('write() inside write(): pass the transaction on instead');
    const hook = this.#commitHook.getStore();
    const whole = async (tx: EntityManager) => {
      const result = await work(tx);
      await hook?.(tx, result);
      return result;
    };
    const askedAtMs = performance.now();
    const turn = this.#tail.then(() => this.#observed(askedAtMs, whole));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /** Tells the observer about every write from now on; one observer, for the figures. */
  observeWrites(observer: WriteObserver): void {
    this.#observer = observer;
  }

  async #observed<T>(askedAtMs: number, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const beganAtMs = performance.now();
    try {
      leaveTransaction(this.#writer);
      return await this.#inWrite.run(true, () => this.#writer.transaction(work));
    } finally {
      this.#observer(beganAtMs - askedAtMs, performance.now() - beganAtMs);
    }
  }

  /**
   * Runs `work` so that `hook` joins every write made in it: what the hook stores is committed together with what the
   * write stores, or not at all. For marks such as "this request was carried out". Inside another `withCommitHook` both
   * hooks join, the outer one first.
   */
  async withCommitHook<T>(hook: CommitHook, work: () => Promise<T>): Promise<T> {
    const outer = this.#commitHook.getStore();
    return this.#commitHook.run(outer ? inTurn(outer, hook) : hook, work);
  }

  /** Reads what is committed. Inside a `write` use its transaction instead: this does not see its changes. */
  get reader(): EntityManager {
    return this.#reader.manager;
  }

  /** Waits for the writes that were asked for, then closes both connections. */
  async close(): Promise<void> {
    await this.#tail;
    await this.#reader.destroy();
    await this.#writer.destroy();
  }
}

function inTurn(first: CommitHook, second: CommitHook): CommitHook {
  return async (tx, result) => {
    await first(tx, result);
    await second(tx, result);
  };
}
