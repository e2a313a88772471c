import { answers, ScriptedHost } from '../testing/scripted-host.js';
import { done, running, stream } from '../testing/soap-answers.js';
import { deadlineIn } from '../deadline.js';
import { openSession } from './session.js';
import type { SessionOptions } from './session-options.js';

const optionsFor = (host: ScriptedHost, more: Partial<SessionOptions> = {}): SessionOptions => ({
  host: '127.0.0.1',
  port: host.port,
  transport: 'http',
  authentication: 'negotiate',
  username: 'admin',
  password: { reveal: () => 'pw' },
  timing: { receiveRetryDelayMs: 1, cleanupTimeoutMs: 2_000 },
  ...more,
});

const collect = async (
  chunks: AsyncIterable<{ stream: string; bytes: Buffer }>,
): Promise<Record<string, string>> => {
  const parts: Record<string, Buffer[]> = { stdout: [], stderr: [] };
  for await (const chunk of chunks) parts[chunk.stream]?.push(chunk.bytes);
  return Object.fromEntries(
    Object.entries(parts).map(([name, bytes]) => [name, Buffer.concat(bytes).toString('utf8')]),
  );
};

describe('A session over sealed HTTP', () => {
  it('runs a command from logon to the deleted shell over one connection', async () => {
    await using host = await ScriptedHost.start();
    host.on(
      'Receive',
      answers.timedOut,
      answers.soap(running(stream('stdout', 'one\r\n'))),
      answers.soap(done(3010)),
    );
    const deadline = deadlineIn(10_000);

    const session = await openSession(optionsFor(host), deadline);
    const shell = await session.createShell(
      { codepage: 65001, noProfile: true, idleTimeoutSeconds: 120 },
      deadline,
    );
    const command = await shell.run('powershell.exe', ['-Command', '$input'], deadline);
    await command.send(Buffer.from('line\n'), { end: true }, deadline);
    const output = await collect(command.receive(deadline));
    await command.terminate(deadline);
    await session[Symbol.asyncDispose]();

    expect(output).toEqual({ stdout: 'one\r\n', stderr: '' });
    expect(command.exitCode).toBe(3010);
    expect(host.operations).toEqual([
      'Create',
      'Command',
      'Send',
      'Receive',
      'Receive',
      'Receive',
      'Signal',
      'Delete',
    ]);
    expect(host.connectionCount).toBe(1);
    expect(host.logons).toHaveLength(1);
  });
});
