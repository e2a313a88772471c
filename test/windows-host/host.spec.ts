import { jest } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { aHost, until } from './testing/a-host.js';
import { FakeBackend } from './testing/fake-backend.js';
import { createMessage, receiveMessage } from './testing/soap-messages.js';
import type { WindowsHost } from './host.js';

/** What a new connection meets: `connected`, or the error's code. */
async function knock({ address, port }: Pick<WindowsHost, 'address' | 'port'>): Promise<string> {
  const socket = connect(port, address);
  try {
    await once(socket, 'connect');
    return 'connected';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  } finally {
    socket.destroy();
  }
}

describe('startWindowsHost', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('goes off the network and comes back with its shells', async () => {
    await using test = await aHost();
    await using client = await test.client();
    await client.createShell();

    test.backend.patchModel({ online: false });
    await client.connection.closed;
    await until('the port is closed', () => test.host.requests().length > 0);
    const offline = await knock(test.host);
    test.backend.patchModel({ online: true });
    let online = await knock(test.host);
    for (let tries = 0; online !== 'connected' && tries < 100; tries++) online = await knock(test.host);

    expect([offline, online]).toEqual(['ECONNREFUSED', 'connected']);
    expect(test.host.shells()).toHaveLength(1);
  });

  it('does not listen when its machine is off from the start', async () => {
    const backend = new FakeBackend('PC-0001');
    backend.model.online = false;
    await using test = await aHost({ backend });

    expect(await knock(test.host)).toBe('ECONNREFUSED');
  });

  it('refuses a port that is taken, and leaves nothing', async () => {
    await using test = await aHost();
    const backend = new FakeBackend('PC-0002');

    await expect(aHost({ name: 'PC-0002', backend, port: test.host.port })).rejects.toThrow('EADDRINUSE');

    expect(backend.closed).toBe(true);
  });

  it.each(['http', 'https'] as const)(
    'closes with a Receive outstanding over %s and leaves nothing',
    async (transport) => {
      jest.useFakeTimers({
        doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'],
      });
      const test = await aHost({ transport });
      await using client = await test.client();
      const shellId = await client.createShell();
      const commandId = await client.startCommand(shellId, 'run');
      client.send(receiveMessage(shellId, commandId));
      await until('the Receive has come', () => test.host.requests().at(-1)?.operation === 'Receive');

      expect(jest.getTimerCount()).toBeGreaterThan(0);

      await test.host.close();
      await test.host.close();

      await client.connection.closed;
      expect(await knock(test.host)).toBe('ECONNREFUSED');
      expect(await knock({ address: '127.0.0.1', port: Number(new URL(test.host.controlUrl).port) })).toBe(
        'ECONNREFUSED',
      );
      expect([test.backend.closed, test.engine.last.killed]).toEqual([true, true]);
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  it('holds many hosts in one process', async () => {
    const tests = await Promise.all(Array.from({ length: 50 }, (_, index) => aHost({ name: `PC-${index}` })));

    const clients = await Promise.all(tests.map((test) => test.client()));
    const replies = await Promise.all(clients.map((client) => client.call(createMessage())));

    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
    await Promise.all(tests.map(({ host }) => host.close()));
  });
});
