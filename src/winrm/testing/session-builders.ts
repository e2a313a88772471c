import { deadlineIn, type WinrmDeadline } from '../deadline.js';
import type { OutputChunk } from '../operations/receive.js';
import { openSession, type Session } from '../session/session.js';
import type { SessionOptions } from '../session/session-options.js';
import type { Command } from '../session/command.js';
import type { ScriptedHost } from './scripted-host.js';

/** How long any one test may wait: far above what it needs. */
export const testDeadline = (): WinrmDeadline => deadlineIn(10_000);

/** Options for the scripted host, with waits short enough for tests. */
export const optionsFor = (
  host: { readonly port: number },
  more: Partial<SessionOptions> = {},
): SessionOptions => ({
  host: '127.0.0.1',
  port: host.port,
  transport: 'http',
  authentication: 'negotiate',
  username: 'admin',
  password: { reveal: () => 'pw' },
  timing: { receiveRetryDelayMs: 1, cleanupTimeoutMs: 2_000 },
  ...more,
});

/** A host that is given up after 100 ms. */
export const IMPATIENT: Partial<SessionOptions> = {
  operationTimeoutSeconds: 1,
  timing: { answerGraceMs: -900, receiveRetryDelayMs: 1, cleanupTimeoutMs: 2_000 },
};

/** A session with one shell and one command on it; disposing it ends the session. */
export interface StartedCommand extends AsyncDisposable {
  readonly session: Session;
  readonly command: Command;
}

/** Opens a session and starts a command on it. */
export const startCommand = async (
  host: ScriptedHost,
  more: Partial<SessionOptions> = {},
): Promise<StartedCommand> => {
  const session = await openSession(optionsFor(host, more), testDeadline());
  const shell = await session.createShell({}, testDeadline());
  const command = await shell.run('whoami', [], testDeadline());
  return { session, command, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
};

/** Reads a command to its end; both streams as text. */
export const outputOf = async (
  chunks: AsyncIterable<OutputChunk>,
): Promise<Record<'stdout' | 'stderr', string>> => {
  const parts: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  for await (const chunk of chunks) parts[chunk.stream].push(chunk.bytes);
  return { stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString() };
};

/** What a promise rejects with; fails when it does not. */
export const rejectionOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The promise was expected to reject');
};
