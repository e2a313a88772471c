import { aHost, PLAIN_USER, until, type TestHost } from '../testing/a-host.js';
import * as soap from '../testing/soap-messages.js';
import { received, TestClient } from '../testing/test-client.js';

async function aCommand(test: TestHost, client: TestClient, line = 'run') {
  const shellId = await client.createShell();
  const commandId = await client.startCommand(shellId, line);
  return { shellId, commandId, process: test.engine.last };
}

describe('a winrs shell', () => {
  it('runs a command from Create to Delete', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    process.write('hello\r\n');
    process.exit(3221225477);

    const batch = await client.receive(shellId, commandId);
    const signal = await client.call(soap.signalMessage(shellId, commandId));
    const deleted = await client.call(soap.deleteMessage(shellId));

    expect(batch.stdout).toBe('hello\r\n');
    expect(batch.streams.slice(1)).toEqual([
      { name: 'stdout', bytes: Buffer.alloc(0), end: true },
      { name: 'stderr', bytes: Buffer.alloc(0), end: true },
    ]);
    expect([batch.state, batch.exitCode]).toEqual(['Done', 3221225477]);
    expect([signal.status, deleted.status]).toEqual([200, 200]);
    expect(test.host.shells()).toHaveLength(0);
  });

  it('relates each reply to its request', async () => {
    await using test = await aHost();
    await using client = await test.client();

    const reply = await client.call(soap.createMessage({ messageId: 'uuid:A1' }));

    expect(reply.xml).toContain('<a:RelatesTo>uuid:A1</a:RelatesTo>');
    expect(reply.xml).toContain(
      '<a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/CreateResponse</a:Action>',
    );
  });

  it('gives the engine the exact line, account, folder and environment', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const shell =
      '<rsp:Environment><rsp:Variable Name="PATH">D:\\</rsp:Variable></rsp:Environment><rsp:WorkingDirectory>D:\\work</rsp:WorkingDirectory>';
    const shellId = await client.createShell({}, shell);

    await client.startCommand(shellId, '%SystemRoot%\\x.exe', ['-a', '&quot;b c&quot;']);

    const { commandLine, account, workingDirectory, environment } = test.engine.last.launch;
    expect(commandLine).toBe('%SystemRoot%\\x.exe -a "b c"');
    expect(account).toBe('PC-0001\\Administrator');
    expect(workingDirectory).toBe('D:\\work');
    expect(environment).toEqual({
      SystemRoot: 'C:\\Windows',
      USERPROFILE: 'C:\\Users\\Administrator',
      PATH: 'D:\\',
    });
  });

  it('passes stdin on, and its end', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);

    await client.call(soap.sendMessage(shellId, commandId, Buffer.from('one ')));
    await client.call(soap.sendMessage(shellId, commandId, Buffer.from('two'), true));

    expect(process.stdin.toString()).toBe('one two');
    expect(process.stdinEnded).toBe(true);
  });

  it('finds shells and commands by ids in any case', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    process.exit(0);

    const batch = await client.receive(shellId.toLowerCase(), commandId.toLowerCase());

    expect(batch.state).toBe('Done');
  });

  it('starts what skips cmd.exe by its full path only', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const shellId = await client.createShell();
    const skip = { options: { WINRS_SKIP_CMD_SHELL: 'TRUE' } };

    const bare = await client.call(soap.commandMessage(shellId, 'ipconfig', [], skip));
    const full = await client.call(
      soap.commandMessage(shellId, 'C:\\Windows\\System32\\ipconfig.exe', [], skip),
    );

    expect([bare.fault, full.fault]).toEqual([2147942402, 0]);
  });
});

describe('Receive', () => {
  it('waits for output and answers at once when it comes', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    client.send(soap.receiveMessage(shellId, commandId));
    await until('the Receive has come', () => test.host.requests().at(-1)?.operation === 'Receive');

    process.write('now');
    const batch = received(await client.reply());

    expect([batch.stdout, batch.state, batch.exitCode]).toEqual(['now', 'Running', null]);
  });

  it('answers TimedOut after OperationTimeout, and never before half a second', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId } = await aCommand(test, client);
    const startedAt = performance.now();

    const { reply } = await client.receive(shellId, commandId, { operationTimeout: 'PT0.01S' });

    expect([reply.status, reply.fault]).toEqual([500, 2150858793]);
    expect(reply.xml).toContain('w:TimedOut');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(490);
  });

  it('answers TimedOut after MaxTimeoutms, however long OperationTimeout is', async () => {
    await using test = await aHost({ quotas: { maxTimeoutMs: 500 } });
    await using client = await test.client();
    const { shellId, commandId } = await aCommand(test, client);

    const { reply } = await client.receive(shellId, commandId, { operationTimeout: 'PT1H' });

    expect(reply.fault).toBe(2150858793);
  });

  it('splits output over replies that fit the envelope, and says Done with the last', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    const output = 'abcdefghij'.repeat(20_000);
    process.write(output);
    for (let line = 0; line < 500; line++) process.write('.', 'stderr');
    process.exit(0);

    const batches = [];
    do batches.push(await client.receive(shellId, commandId, { maxEnvelopeSize: 65_536 }));
    while (batches.at(-1)?.state === 'Running');

    expect(batches.map(({ stdout }) => stdout).join('')).toBe(output);
    expect(Math.max(...batches.map(({ reply }) => reply.xml.length))).toBeLessThanOrEqual(65_536);
    expect(batches.length).toBeGreaterThan(4);
    expect(batches.at(-1)?.state).toBe('Done');
  });

  it('tears a character over two Stream elements', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    process.write('grün');

    const { streams, stdout } = await client.receive(shellId, commandId);

    expect(streams.map(({ bytes }) => bytes.toString('hex'))).toEqual(['6772c3', 'bc6e']);
    expect(stdout).toBe('grün');
  });

  it('gives again what a broken connection did not carry away', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    process.write('precious');
    process.exit(0);
    test.host.misbehave({ on: 'Receive', do: 'drop', when: 'after' });
    client.send(soap.receiveMessage(shellId, commandId));
    await client.connection.closed;
    await using again = await test.client();

    const batch = await again.receive(shellId, commandId);

    expect([batch.stdout, batch.state]).toEqual(['precious', 'Done']);
  });

  it('ends an earlier Receive with fault 995 when another comes', async () => {
    await using test = await aHost();
    await using client = await test.client();
    await using other = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    client.send(soap.receiveMessage(shellId, commandId));
    await until('the first has come', () =>
      test.host.requests().some(({ operation }) => operation === 'Receive'),
    );
    other.send(soap.receiveMessage(shellId, commandId));

    const first = await client.reply();
    process.write('for the second');

    expect(first.fault).toBe(995);
    expect(received(await other.reply()).stdout).toBe('for the second');
  });

  it.each([
    ['no CommandId', null, 87, 'w:InvalidParameter'],
    ['an unknown CommandId', 'A2E35A1C-9C43-4D6E-AC2F-5ADE71F81180', 2150858843, 'w:InvalidSelectors'],
  ])('with %s is refused', async (_, commandId, fault, subcode) => {
    await using test = await aHost();
    await using client = await test.client();
    const shellId = await client.createShell();

    const reply = await client.call(soap.receiveMessage(shellId, commandId));

    expect(reply.fault).toBe(fault);
    expect(reply.xml).toContain(subcode);
  });

  it('finds no command after Done', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    process.exit(0);
    await client.receive(shellId, commandId);

    expect((await client.receive(shellId, commandId)).reply.fault).toBe(2150858843);
  });
});

describe('Signal and Delete', () => {
  it('terminate ends the process tree and the Receive that waits for it', async () => {
    await using test = await aHost();
    await using client = await test.client();
    await using other = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    client.send(soap.receiveMessage(shellId, commandId));
    await until('the Receive has come', () => test.host.requests().at(-1)?.operation === 'Receive');

    await other.call(soap.signalMessage(shellId, commandId));

    expect(process.killed).toBe(true);
    expect(received(await client.reply()).state).toBe('Done');
    expect((await other.call(soap.signalMessage(shellId, commandId))).fault).toBe(2150858843);
  });

  it.each(['ctrl_c', 'Terminate', 'ctrl_break'])('%s ends the process', async (signal) => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);

    const reply = await client.call(soap.signalMessage(shellId, commandId, signal));

    expect([reply.status, process.killed]).toEqual([200, true]);
  });

  it('Delete ends the commands of a shell and answers 995 to what waits', async () => {
    await using test = await aHost();
    await using client = await test.client();
    await using other = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    client.send(soap.receiveMessage(shellId, commandId));
    await until('the Receive has come', () => test.host.requests().at(-1)?.operation === 'Receive');

    const deleted = await other.call(soap.deleteMessage(shellId));

    expect(deleted.xml).toContain('<s:Body></s:Body>');
    expect((await client.reply()).fault).toBe(995);
    expect(process.killed).toBe(true);
    expect((await other.call(soap.deleteMessage(shellId))).fault).toBe(2150858843);
  });
});

describe('limits of the shells', () => {
  it('refuses the shell of who is no administrator with fault 5', async () => {
    await using test = await aHost();
    await using client = await TestClient.open(test.host, PLAIN_USER);

    expect((await client.call(soap.createMessage())).fault).toBe(5);
  });

  it('refuses shells above the quota in the shape of MSFT_WmiError, until one is deleted', async () => {
    await using test = await aHost({ quotas: { maxShellsPerUser: 2 } });
    await using client = await test.client();
    const shellId = await client.createShell();
    await client.createShell();

    const refused = await client.call(soap.createMessage());
    await client.call(soap.deleteMessage(shellId));
    const taken = await client.call(soap.createMessage());

    expect([refused.fault, taken.status]).toEqual([2150859173, 200]);
    expect(refused.xml).toContain('p:MSFT_WmiError');
    expect(refused.xml).not.toContain('RelatesTo');
  });

  it('counts the commands of a shell until it is deleted, terminated or not', async () => {
    await using test = await aHost({ quotas: { maxConcurrentOperationsPerUser: 2 } });
    await using client = await test.client();
    const shellId = await client.createShell();
    for (const line of ['one', 'two']) {
      await client.call(soap.signalMessage(shellId, await client.startCommand(shellId, line)));
    }

    const refused = await client.call(soap.commandMessage(shellId, 'three'));
    await client.call(soap.deleteMessage(shellId));
    const fresh = await client.createShell();
    const taken = await client.call(soap.commandMessage(fresh, 'four'));

    expect([refused.fault, taken.fault]).toEqual([2150859174, 0]);
  });

  it('reaps a shell that idles, its commands too', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const shellId = await client.createShell({}, '<rsp:IdleTimeOut>PT0.2S</rsp:IdleTimeOut>');
    await client.startCommand(shellId, 'run');

    await until('the shell is reaped', () => test.host.shells().length === 0);

    expect(test.engine.last.killed).toBe(true);
    expect((await client.call(soap.commandMessage(shellId, 'late'))).fault).toBe(2150858843);
  });

  it('does not reap a shell while a Receive waits', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const shellId = await client.createShell({}, '<rsp:IdleTimeOut>PT0.2S</rsp:IdleTimeOut>');
    const commandId = await client.startCommand(shellId, 'run');

    const { reply } = await client.receive(shellId, commandId, { operationTimeout: 'PT0.6S' });

    expect(reply.fault).toBe(2150858793);
    expect(test.host.shells()).toHaveLength(1);
  });

  it('outlive the connection that made them', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const { shellId, commandId, process } = await aCommand(test, client);
    await client[Symbol.asyncDispose]();
    process.exit(7);
    await using other = await test.client();

    expect((await other.receive(shellId, commandId)).exitCode).toBe(7);
  });
});
