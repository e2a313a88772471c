import type { Engine } from '../engine/engine.js';
import { newGuid } from '../soap/envelope.js';
import { wsmanFault } from '../soap/fault.js';
import { ShellCommand } from './command.js';

export interface ShellSettings {
  readonly owner: string;
  /** The account's name as the client logged on with it. */
  readonly user: string;
  readonly clientAddress: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly inputStreams: string;
  readonly outputStreams: string;
  readonly idleTimeoutMs: number;
  readonly createdAt: Date;
}

/** setTimeout takes no longer wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One winrs shell. It ends when it is deleted, or when no operation was asked of it for its idle timeout. */
export class Shell {
  readonly id = newGuid();
  readonly #commands = new Map<string, ShellCommand>();
  readonly #engine: Engine;
  readonly #onIdle: (shell: Shell) => void;
  #outstanding = 0;
  #idleTimer: NodeJS.Timeout | null = null;
  #commandCount = 0;
  #closed = false;

  constructor(
    readonly settings: ShellSettings,
    engine: Engine,
    onIdle: (shell: Shell) => void,
  ) {
    this.#engine = engine;
    this.#onIdle = onIdle;
    this.#startIdling();
  }

  /** Commands ever started here: Windows does not give their quota back before the shell ends (MS-WSMV product note 118). */
  get commandCount(): number {
    return this.#commandCount;
  }

  get commands(): readonly ShellCommand[] {
    return [...this.#commands.values()];
  }

  /** Runs one operation; the shell does not idle meanwhile. */
  async use<T>(operation: () => T | Promise<T>): Promise<T> {
    this.#outstanding += 1;
    this.#stopIdling();
    try {
      return await operation();
    } finally {
      this.#outstanding -= 1;
      if (this.#outstanding === 0 && !this.#closed) this.#startIdling();
    }
  }

  start(commandLine: string): ShellCommand {
    const { owner, environment, workingDirectory } = this.settings;
    this.#commandCount += 1;
    const command = new ShellCommand(newGuid(), commandLine, {
      engine: this.#engine,
      context: { account: owner, environment, workingDirectory },
    });
    this.#commands.set(command.id, command);
    return command;
  }

  /** The command of this id. Throws the InvalidSelectors fault. */
  command(id: string): ShellCommand {
    const command = this.#commands.get(id.toUpperCase());
    if (command === undefined) throw wsmanFault('unknown-command');
    return command;
  }

  /** Ends a command and forgets it. */
  terminate(command: ShellCommand): void {
    command.terminate();
    this.#commands.delete(command.id);
  }

  /** Ends every command, and their outstanding Receives with fault 995. */
  close(): void {
    this.#closed = true;
    this.#stopIdling();
    for (const command of this.#commands.values()) command.close();
    this.#commands.clear();
  }

  #startIdling(): void {
    const ms = Math.min(this.settings.idleTimeoutMs, LONGEST_TIMER_MS);
    this.#idleTimer = setTimeout(() => this.#onIdle(this), ms);
  }

  #stopIdling(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
  }
}
