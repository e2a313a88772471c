import { deadlineIn, type WinrmDeadline } from '../deadline.js';
import { commandRequest, parseCommandResponse } from '../operations/command.js';
import { deleteRequest } from '../operations/shell-lifecycle.js';
import { Command } from './command.js';
import { ignoreGone, type SessionContext } from './shell-context.js';

/** A `cmd` shell on the host. Dispose it (`await using`), or the host keeps it until its idle timeout. */
export class Shell implements AsyncDisposable {
  readonly id: string;
  readonly #context: SessionContext;
  #deleted = false;

  constructor(context: SessionContext, id: string) {
    this.#context = context;
    this.id = id;
  }

  /**
   * Starts a command; one at a time in a shell. `args` are appended with blanks and are not quoted: a whole
   * command line may stand in `command`. Never repeated: after an error with `sent: 'maybe'` it may be running.
   * Throws RangeError when the line is longer than cmd.exe takes or holds what XML cannot carry.
   */
  async run(command: string, args: readonly string[], deadline: WinrmDeadline): Promise<Command> {
    const request = commandRequest(this.id, command, args);
    const commandId = await this.#context.client.call(
      { phase: 'command', request, parse: parseCommandResponse },
      deadline,
    );
    const context = { ...this.#context, isDeleted: () => this.#deleted };
    return new Command(context, { shellId: this.id, commandId });
  }

  /** Deletes the shell and kills its commands. Idempotent; a shell that is gone already is no error. */
  async delete(deadline: WinrmDeadline): Promise<void> {
    if (this.#deleted) return;
    const request = deleteRequest(this.id);
    await ignoreGone(
      this.#context.client.call({ phase: 'delete', request, parse: () => undefined }, deadline),
    );
    this.#deleted = true;
  }

  /** `delete` under a short deadline of its own; a failure is only told to the listener. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.delete(deadlineIn(this.#context.timing.cleanupTimeoutMs));
    } catch (error) {
      this.#context.onEvent({ type: 'cleanup-failed', phase: 'delete', error });
    }
  }
}
