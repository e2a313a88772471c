import { ADMINISTRATOR, aHost, until, type TestHost } from '../testing/a-host.js';
import { RawConnection } from '../testing/raw-connection.js';
import { createMessage, receiveMessage } from '../testing/soap-messages.js';
import { logOn, received, type TestClient } from '../testing/test-client.js';
import { Misbehaviours, misbehaviourSchema, type MisbehaviourInput } from './misbehaviour.js';

async function aDoneCommand(test: TestHost, client: TestClient) {
  const shellId = await client.createShell();
  const commandId = await client.startCommand(shellId, 'run');
  test.engine.last.write('output');
  test.engine.last.exit(0);
  return receiveMessage(shellId, commandId);
}

describe('Misbehaviours', () => {
  const outcomes = (rule: MisbehaviourInput, count: number) => {
    const misbehaviours = new Misbehaviours();
    misbehaviours.add([misbehaviourSchema.parse(rule)]);
    return Array.from({ length: count }, () => misbehaviours.next('Command')?.do ?? null);
  };

  it('strikes the nth of the operation it names, once', () => {
    expect(outcomes({ on: 'Command', nth: 2, do: 'drop' }, 4)).toEqual([null, 'drop', null, null]);
  });

  it('strikes several in a row', () => {
    expect(outcomes({ on: '*', nth: 2, times: 2, do: 'reset' }, 4)).toEqual([null, 'reset', 'reset', null]);
  });

  it('leaves other operations alone', () => {
    expect(outcomes({ on: 'Create', do: 'drop' }, 1)).toEqual([null]);
  });
});

describe('an interrupted operation', () => {
  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('drop %s leaves %i shells', async (when, shells) => {
    await using test = await aHost();
    await using client = await test.client();
    test.host.misbehave({ on: 'Create', do: 'drop', when });

    client.send(createMessage());

    await client.connection.closed;
    expect(test.host.shells()).toHaveLength(shells);
    expect(test.host.requests().at(-1)).toMatchObject({ operation: 'Create', misbehaviour: 'drop' });
  });

  it.each(['http', 'https'] as const)('reset breaks the connection over %s with RST', async (transport) => {
    await using test = await aHost({ transport });
    await using client = await test.client();
    test.host.misbehave({ on: 'Create', do: 'reset' });

    client.send(createMessage());

    await expect(client.connection.closed).resolves.toBe('error');
  });

  it('half-close ends the answer, not the connection', async () => {
    await using test = await aHost();
    await using client = await test.client();
    test.host.misbehave({ on: 'Create', do: 'half-close' });
    client.send(createMessage());

    await expect(client.reply()).rejects.toThrow('Connection ended after 0 bytes');
  });

  it('stall answers nothing until the client gives up', async () => {
    await using test = await aHost();
    await using client = await test.client();
    test.host.misbehave({ on: 'Create', do: 'stall' });
    client.send(createMessage());
    await until('the Create has come', () => test.host.requests().at(-1)?.operation === 'Create');

    await client[Symbol.asyncDispose]();
    await using other = await test.client();

    expect((await other.call(createMessage())).status).toBe(200);
    expect(test.host.shells()).toHaveLength(1);
    expect(test.host.requests().find(({ operation }) => operation === 'Create')?.status).toBeNull();
  });

  it('stall answers as soon as the faults are cleared, and gives no output twice', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const receive = await aDoneCommand(test, client);
    test.host.misbehave({ on: 'Receive', do: 'stall', when: 'after' });
    const reply = client.call(receive);
    await until('it stands still', () => test.host.stalled() === 1);

    test.host.behave();

    expect(received(await reply).stdout).toBe('output');
    expect(test.host.stalled()).toBe(0);
    expect(received(await client.call(receive)).stdout).toBe('');
  });

  it('stall for a while answers late', async () => {
    await using test = await aHost();
    await using client = await test.client();
    test.host.misbehave({ on: 'Create', do: 'stall', forMs: 50 });
    const startedAt = performance.now();

    const reply = await client.call(createMessage());

    expect(reply.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(45);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('fault %s answers its code and leaves %i shells', async (when, shells) => {
    await using test = await aHost();
    await using client = await test.client();
    test.host.misbehave({ on: 'Create', do: 'fault', when, code: 170 });

    const reply = await client.call(createMessage());

    expect([reply.status, reply.fault]).toEqual([500, 170]);
    expect(test.host.shells()).toHaveLength(shells);
  });

  it('status answers with an HTTP status alone, in the logon too', async () => {
    await using test = await aHost();
    await using connection = await RawConnection.open(test.host);
    test.host.misbehave({ on: 'Negotiate', nth: 2, do: 'status', status: 503 });

    const { reply } = await logOn(connection, ADMINISTRATOR);

    expect([reply.status, reply.body.length]).toEqual([503, 0]);
  });
});

describe('a spoiled reply', () => {
  it.each([
    ['clear', 'Reply is not sealed'],
    ['bad-seal', 'Reply cannot be opened'],
    ['wrong-sequence', 'Reply cannot be opened'],
    ['truncated', 'Connection ended after'],
  ] as const)('%s cannot be read, and its output is given again', async (kind, message) => {
    await using test = await aHost();
    await using client = await test.client();
    const receive = await aDoneCommand(test, client);
    test.host.misbehave({ on: 'Receive', do: kind });

    await expect(client.call(receive)).rejects.toThrow(message);
    await using other = await test.client();

    expect(received(await other.call(receive)).stdout).toBe('output');
  });

  it('slow arrives whole', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const receive = await aDoneCommand(test, client);
    test.host.misbehave({ on: 'Receive', do: 'slow', bytes: 400, everyMs: 2 });

    expect(received(await client.call(receive)).stdout).toBe('output');
  });

  it('no-exit-code is Done without ExitCode', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const receive = await aDoneCommand(test, client);
    test.host.misbehave({ on: 'Receive', do: 'no-exit-code' });

    const { state, exitCode } = received(await client.call(receive));

    expect([state, exitCode]).toEqual(['Done', null]);
  });
});
