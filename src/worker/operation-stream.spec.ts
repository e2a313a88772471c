import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Deadline } from '../shared/deadline.js';
import type { Session } from '../winrm/index.js';
import { OperationSilentError, runOperation } from './operation-stream.js';

const SILENCE_MS = 90_000;
const HEARTBEAT = Buffer.from('{"op":"heartbeat","taskState":"running","bootId":"b","offset":0}\n');

/** A session whose operation prints a heartbeat at once, and another one when it is told to, unless it is ended before. */
function aSession() {
  let signal: AbortSignal = AbortSignal.abort();
  let print: () => void = () => {};
  const told = new Promise<void>((resolve) => (print = resolve));
  const disposable = { [Symbol.asyncDispose]: async () => {} };
  const command = {
    ...disposable,
    exitCode: 0,
    send: async () => {},
    receive: async function* (until: { readonly signal: AbortSignal }) {
      signal = until.signal;
      yield { stream: 'stdout', bytes: HEARTBEAT };
      signal.throwIfAborted();
      const ended = new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
      await Promise.race([told, ended]);
      yield { stream: 'stdout', bytes: HEARTBEAT };
    },
  };
  const session = { createShell: async () => ({ ...disposable, run: async () => command }) };
  return { session: session as unknown as Session, print: () => print() };
}

describe('the output of an operation', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const started = (session: Session) =>
    runOperation({ session, stdin: () => Buffer.alloc(0), deadline: Deadline.in(3_600_000) });

  it('ends after a silence of the target', async () => {
    const lines = started(aSession().session);
    await lines.next();

    const silent = lines.next().catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(SILENCE_MS);

    expect(await silent).toBeInstanceOf(OperationSilentError);
  });

  it('waits as long as it takes for its reader, who cannot go on while the api is away', async () => {
    const { session, print } = aSession();
    const lines = started(session);
    await lines.next();

    await jest.advanceTimersByTimeAsync(10 * SILENCE_MS);
    const next = lines.next();
    print();

    expect((await next).done).toBe(false);
    await lines.return({ exitCode: null, stderr: '' });
  });
});
