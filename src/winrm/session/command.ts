import { setTimeout as delay } from 'node:timers/promises';
import { deadlineIn, isExpired, type WinrmDeadline } from '../deadline.js';
import { FaultError, TransportError } from '../errors.js';
import { sendRequest, terminateRequest, type CommandReference } from '../operations/command.js';
import {
  parseReceiveResponse,
  receiveRequest,
  type OutputChunk,
  type ReceiveResult,
} from '../operations/receive.js';
import { ignoreGone, type ShellContext } from './shell-context.js';

/**
 * Bytes of stdin in one Send: three quarters (Base64) of 500 KB, the request limit of Windows 2012 and later
 * (MaxEnvelopeSizekb), less 4 KB for the envelope and the framing.
 */
const SEND_BYTES = 380_928;

/** How often a Receive in a row is repeated when its connection breaks. */
const MAX_RECEIVE_RETRIES = 3;

/** A command that runs in a shell. Dispose it (`await using`) to end it on the host. */
export class Command implements AsyncDisposable {
  readonly #context: ShellContext;
  readonly #reference: CommandReference;
  #exitCode: number | null = null;
  #done = false;
  #ended = false;

  constructor(context: ShellContext, reference: CommandReference) {
    this.#context = context;
    this.#reference = reference;
  }

  get id(): string {
    return this.#reference.commandId;
  }

  /** True once the host has reported CommandState Done to `receive`. */
  get isDone(): boolean {
    return this.#done;
  }

  /** Unsigned 32-bit; null while it runs, and when the host ended it without naming a code: unknown, not 0. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /**
   * Writes to stdin, in as many Sends as the request limit asks for; `end` closes stdin after the last byte.
   * Never repeated: after an error with `sent` other than `no`, how much has arrived is not known.
   */
  async send(bytes: Uint8Array, options: { readonly end: boolean }, deadline: WinrmDeadline): Promise<void> {
    for (let offset = 0; offset === 0 || offset < bytes.length; offset += SEND_BYTES) {
      const piece = bytes.subarray(offset, offset + SEND_BYTES);
      const isLast = offset + SEND_BYTES >= bytes.length;
      const request = sendRequest(this.#reference, piece, options.end && isLast);
      await this.#context.client.call({ phase: 'send', request, parse: () => undefined }, deadline);
    }
  }

  /**
   * Yields output as it comes, until the host reports the command done; then `exitCode` is set. Polls again for
   * as long as the deadline lets it. A Receive whose connection broke is repeated on a new one, three times in a row
   * at most; the host then gives the lost answer again. Call it once.
   */
  async *receive(deadline: WinrmDeadline): AsyncGenerator<OutputChunk, void, undefined> {
    while (!this.#done) {
      const result = await this.#poll(deadline);
      // The last output is handed out before done: a reader that stops early must not take it for the end.
      yield* result.chunks;
      this.#exitCode = result.exitCode;
      this.#done = result.done;
    }
  }

  /** Signals terminate: kills the command if it still runs, and frees what the host keeps for it. Idempotent. */
  async terminate(deadline: WinrmDeadline): Promise<void> {
    if (this.#ended || this.#context.isDeleted()) return;
    const request = terminateRequest(this.#reference);
    await ignoreGone(
      this.#context.client.call({ phase: 'signal', request, parse: () => undefined }, deadline),
    );
    this.#ended = true;
  }

  /** `terminate` under a short deadline of its own; a failure is only told to the listener. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.terminate(deadlineIn(this.#context.timing.cleanupTimeoutMs));
    } catch (error) {
      this.#context.onEvent({ type: 'cleanup-failed', phase: 'signal', error });
    }
  }

  async #poll(deadline: WinrmDeadline): Promise<ReceiveResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#receiveOnce(deadline);
      } catch (error) {
        if (!isRepeatable(error, deadline) || attempt > MAX_RECEIVE_RETRIES) throw error;
        this.#context.onEvent({ type: 'receive-repeated', attempt, error });
        const delayMs = this.#context.timing.receiveRetryDelayMs * 2 ** (attempt - 1);
        await sleep(delayMs, deadline, error);
      }
    }
  }

  async #receiveOnce(deadline: WinrmDeadline): Promise<ReceiveResult> {
    const { commandId } = this.#reference;
    try {
      return await this.#context.client.call(
        {
          phase: 'receive',
          request: receiveRequest(this.#reference),
          parse: (body) => parseReceiveResponse(body, commandId),
        },
        deadline,
      );
    } catch (error) {
      if (error instanceof FaultError && error.isTimedOut) return NOTHING_YET;
      throw error;
    }
  }
}

const NOTHING_YET: ReceiveResult = { chunks: [], done: false, exitCode: null };

// A refused logon is never repeated: it would lock the account out.
const isRepeatable = (error: unknown, { signal }: WinrmDeadline): error is TransportError =>
  error instanceof TransportError && !error.code.startsWith('tls-') && !signal.aborted;

const sleep = async (ms: number, deadline: WinrmDeadline, error: TransportError): Promise<void> => {
  try {
    await delay(ms, undefined, { signal: deadline.signal });
  } catch {
    throw isExpired(deadline) ? error : deadline.signal.reason;
  }
};
