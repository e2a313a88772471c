import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { Deadline } from '../../src/shared/deadline.js';
import { Secret } from '../../src/shared/secret.js';
import { openSession } from '../../src/winrm/index.js';
import { readCliOptions } from '../windows-host/cli-options.js';
import { HostGroup, type HostLine } from '../windows-host/host-group.js';

jest.setTimeout(600_000);

/** What `npm run windows-host -- --engine powershell --count 2` starts. */
describe('hosts with the real engine, started by hand', () => {
  let group: HostGroup;
  beforeAll(async () => {
    group = await HostGroup.start(readCliOptions(['--engine', 'powershell', '--count', '2']));
  });
  afterAll(() => group.close());

  const hostAt = (index: number): HostLine => {
    const line = group.lines[index];
    if (line === undefined) throw new Error(`There is no host ${index}`);
    return line;
  };

  async function run(host: HostLine, commandLine: string): Promise<{ code: number | null; text: string }> {
    using deadline = Deadline.in(300_000);
    const { address, port, user, password } = host;
    await using session = await openSession(
      {
        host: address,
        port,
        transport: 'http',
        authentication: 'negotiate',
        username: user,
        password: new Secret(password),
      },
      deadline,
    );
    await using shell = await session.createShell({ codepage: 65001, noProfile: true }, deadline);
    await using command = await shell.run(commandLine, [], deadline);
    let text = '';
    for await (const { bytes } of command.receive(deadline)) text += bytes.toString();
    return { code: command.exitCode ?? null, text: text.trim() };
  }

  async function ask<T>(host: HostLine, path: string, options?: RequestInit): Promise<T> {
    return (await (await fetch(`${host.control}${path}`, options)).json()) as T;
  }

  it('run real commands, each on a machine of its own', async () => {
    const [first, second] = [hostAt(0), hostAt(1)];

    const ran = await run(first, 'hostname& echo mine>C:\\mine.txt& exit 3010');
    const other = await run(second, 'hostname& if exist C:\\mine.txt exit 1');

    expect(ran).toEqual({ code: 3010, text: 'PC-0001' });
    expect(other).toEqual({ code: 0, text: 'PC-0002' });
    expect(await ask(first, '/started')).toContainEqual(
      expect.objectContaining({ commandLine: expect.stringContaining('mine.txt'), exitCode: 3010 }),
    );
  });

  it('take files by their control address, and keep them over a restart that is another boot', async () => {
    const host = hostAt(1);
    const patch = { files: { 'C:\\given.txt': { content: 'given by hand' } } };
    await ask(host, '/model', { method: 'PATCH', body: JSON.stringify(patch) });
    const { bootedAt } = await ask<{ bootedAt: string }>(host, '/model');

    const rebooted = await ask<{ bootedAt: string }>(host, '/reboot', { method: 'POST' });

    expect(rebooted.bootedAt).not.toBe(bootedAt);
    expect(await run(host, 'type C:\\given.txt')).toEqual({ code: 0, text: 'given by hand' });
  });
});
