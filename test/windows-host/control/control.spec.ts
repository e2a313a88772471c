import { aHost, until, type TestHost } from '../testing/a-host.js';
import { createMessage } from '../testing/soap-messages.js';
import { ControlServer } from './control-server.js';

async function ask(
  test: TestHost,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${test.host.controlUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

describe('the control address', () => {
  it('shows the model, and hands a patch to the machine', async () => {
    await using test = await aHost();
    const patch = { files: { 'C:\\x': { content: 'a' } }, programs: { 'setup.exe': { exitCode: 3010 } } };

    const patched = await ask(test, 'PATCH', '/model', patch);

    expect(patched.status).toBe(200);
    expect(test.backend.patches).toEqual([patch]);
    expect((await ask(test, 'GET', '/model')).json).toMatchObject({ name: 'PC-0001', online: true });
  });

  it('shows shells with their commands', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const shellId = await client.createShell();
    await client.startCommand(shellId, 'ping', ['-t']);

    expect((await ask(test, 'GET', '/shells')).json).toMatchObject([
      {
        id: shellId,
        owner: 'PC-0001\\Administrator',
        commands: [{ commandLine: 'ping -t', state: 'Running', pid: 1000 }],
      },
    ]);
  });

  it('shows the operations seen', async () => {
    await using test = await aHost();
    await using client = await test.client();
    await client.call(createMessage({ messageId: 'uuid:A1' }));

    expect((await ask(test, 'GET', '/requests')).json).toMatchObject([
      { operation: 'Negotiate', status: 401 },
      { operation: 'Negotiate', status: 200 },
      { operation: 'Create', method: 'POST', messageId: 'uuid:A1', status: 200, sealed: true, connection: 1 },
    ]);
  });

  it('takes faults, shows those that are due, and forgets them', async () => {
    await using test = await aHost();
    const added = await ask(test, 'POST', '/faults', [{ on: 'Create', do: 'fault', code: 5 }]);
    await using client = await test.client();

    expect(added.json).toMatchObject([{ on: 'Create', nth: 1, do: 'fault' }]);
    expect((await client.call(createMessage())).fault).toBe(5);
    await ask(test, 'POST', '/faults', [{ on: '*', do: 'drop' }]);
    expect((await ask(test, 'DELETE', '/faults')).json).toEqual([]);
  });

  it.each([
    ['POST', '/faults', [{ on: 'Nothing', do: 'drop' }], 400],
    ['POST', '/faults', [{ on: 'Create', do: 'clear', when: 'before' }], 400],
    ['POST', '/faults', 'not json', 400],
    ['PATCH', '/model', ['a'], 400],
    ['GET', '/nothing', undefined, 404],
    ['DELETE', '/model', undefined, 404],
  ])('refuses %s %s of %j with %i', async (method, path, body, status) => {
    await using test = await aHost();

    const answer = await ask(test, method, path, body);

    expect(answer.status).toBe(status);
    expect(answer.json).toHaveProperty('error');
  });

  it('reboots the machine: connections break, shells are gone, the port is the same', async () => {
    await using test = await aHost();
    const { port } = test.host;
    await using client = await test.client();
    await client.createShell();

    const { json } = await ask(test, 'POST', '/reboot');

    await client.connection.closed;
    expect(json).toEqual({ bootedAt: '2026-01-02T00:00:00.000Z' });
    expect(test.host.shells()).toHaveLength(0);
    await until('the host listens again', () => test.host.port === port && test.backend.model.online);
    await using again = await test.client();
    expect((await again.call(createMessage())).status).toBe(200);
  });

  it('restarts the service: shells are gone, the machine is not touched', async () => {
    await using test = await aHost();
    await using client = await test.client();
    await client.createShell();

    await ask(test, 'POST', '/restart-service');

    await client.connection.closed;
    await using again = await test.client();
    expect((await again.call(createMessage())).status).toBe(200);
    expect(test.host.shells()).toHaveLength(1);
    expect(test.backend.model.bootedAt).toBe('2026-01-01T00:00:00.000Z');
  });

  it('serves several hosts, each under its name', async () => {
    const control = await ControlServer.start();
    try {
      await using one = await aHost({ name: 'PC-0001', control });
      await using two = await aHost({ name: 'PC-0002', control });

      expect((await ask(one, 'GET', '/model')).json).toMatchObject({ name: 'PC-0001' });
      expect((await ask(two, 'GET', '/model')).json).toMatchObject({ name: 'PC-0002' });
      expect(await (await fetch(`${control.url}/hosts`)).json()).toEqual(['PC-0001', 'PC-0002']);
      await expect(aHost({ name: 'PC-0002', control })).rejects.toThrow(
        'A host named PC-0002 is served here already',
      );
    } finally {
      await control.close();
    }
  });
});
