import type { WinrmEvent } from '../events.js';
import { answers, ScriptedHost, type Reply } from '../testing/scripted-host.js';
import { optionsFor, outputOf, startCommand, testDeadline } from '../testing/session-builders.js';
import { done, running, stream } from '../testing/soap-answers.js';
import { openSession } from './session.js';

describe('A session over sealed HTTP', () => {
  it('runs a command from logon to the deleted shell over one connection', async () => {
    await using host = await ScriptedHost.start();
    host.on(
      'Receive',
      answers.timedOut,
      answers.soap(running(stream('stdout', 'one\r\n'))),
      answers.soap(done(3010)),
    );
    const deadline = testDeadline();

    const session = await openSession(optionsFor(host), deadline);
    const shell = await session.createShell(
      { codepage: 65001, noProfile: true, idleTimeoutSeconds: 120 },
      deadline,
    );
    const command = await shell.run('powershell.exe', ['-Command', '$input'], deadline);
    await command.send(Buffer.from('line\n'), { end: true }, deadline);
    const output = await outputOf(command.receive(deadline));
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

  it('logs on with empty bodies, the domain as written and the name of the service', async () => {
    await using host = await ScriptedHost.start();

    const session = await openSession(optionsFor(host, { username: 'Corp\\admin' }), testDeadline());
    session.close();

    expect(host.logons[0]).toMatchObject({
      user: 'admin',
      domain: 'Corp',
      targetName: 'host/127.0.0.1',
      channelBindings: undefined,
    });
    expect(host.authorizations).toHaveLength(2);
  });

  it('asks for the shell and the command as they were described', async () => {
    await using host = await ScriptedHost.start();
    await using session = await openSession(optionsFor(host), testDeadline());
    const options = {
      codepage: 65001,
      noProfile: true,
      idleTimeoutSeconds: 120,
      workingDirectory: 'C:\\A & B',
      environment: { PATH: '<x>' },
    };

    const shell = await session.createShell(options, testDeadline());
    await shell.run('echo "hi" & exit 3', [], testDeadline());

    const [create, command] = host.seen.map(({ xml }) => xml);
    expect(create).toContain('<wsman:Option Name="WINRS_NOPROFILE">TRUE</wsman:Option>');
    expect(create).toContain('<wsman:Option Name="WINRS_CODEPAGE">65001</wsman:Option>');
    expect(create).toContain(
      '<rsp:Shell><rsp:Environment><rsp:Variable Name="PATH">&lt;x&gt;</rsp:Variable></rsp:Environment>' +
        '<rsp:WorkingDirectory>C:\\A &amp; B</rsp:WorkingDirectory><rsp:IdleTimeOut>PT120S</rsp:IdleTimeOut>',
    );
    expect(command).toContain(
      '<rsp:Command>echo &quot;hi&quot; &amp; exit 3</rsp:Command></rsp:CommandLine>',
    );
    expect(command).toContain('<wsman:Option Name="WINRS_CONSOLEMODE_STDIN">FALSE</wsman:Option>');
  });

  it('splits stdin to the request limit and closes it after the last piece', async () => {
    await using host = await ScriptedHost.start();
    await using started = await startCommand(host);
    const { command } = started;

    await command.send(Buffer.alloc(800_000, 'x'), { end: true }, testDeadline());

    const sends = host.seen.filter(({ name }) => name === 'Send').map(({ xml }) => xml);
    expect(sends.map((xml) => xml.includes('End="true"'))).toEqual([false, false, true]);
    expect(Math.max(...sends.map((xml) => xml.length))).toBeLessThan(512_000);
    expect(
      sends.map((xml) => Buffer.from(/stdin"[^>]*>([^<]*)</.exec(xml)?.[1] ?? '', 'base64').length),
    ).toEqual([380_928, 380_928, 38_144]);
  });

  it('gives the bytes of a character torn between two streams as they came', async () => {
    await using host = await ScriptedHost.start();
    const euro = Buffer.from('€');
    const torn = [
      stream('stdout', euro.subarray(0, 1)),
      stream('stderr', 'e'),
      stream('stdout', euro.subarray(1)),
    ];
    host.on('Receive', answers.soap(done(0, ...torn)));
    await using started = await startCommand(host);
    const { command } = started;

    expect(await outputOf(command.receive(testDeadline()))).toEqual({ stdout: '€', stderr: 'e' });
  });

  it.each([
    [null, null],
    [0, 0],
    [-1073741819, 3221225477],
    [3221225477, 3221225477],
  ])('takes ExitCode %s for %s', async (sent, expected) => {
    await using host = await ScriptedHost.start();
    host.on('Receive', answers.soap(done(sent)));
    await using started = await startCommand(host);
    const { command } = started;

    await outputOf(command.receive(testDeadline()));

    expect(command.isDone).toBe(true);
    expect(command.exitCode).toBe(expected);
  });

  it('ends a command on a second connection while its Receive is pending', async () => {
    await using host = await ScriptedHost.start();
    await using started = await startCommand(host);
    const { command } = started;
    const polled = Promise.withResolvers<Reply>();
    host.on('Receive', polled.resolve);

    const output = outputOf(command.receive(testDeadline()));
    const pending = await polled.promise;
    await command.terminate(testDeadline());
    pending.soap(done(1));
    await output;

    expect(host.seen.at(-1)).toMatchObject({ name: 'Signal', connection: 2 });
    expect(host.logons).toHaveLength(2);
  });

  it('reports every round trip, its size and its status', async () => {
    await using host = await ScriptedHost.start();
    const events: WinrmEvent[] = [];

    const session = await openSession(
      optionsFor(host, { onEvent: (event) => events.push(event) }),
      testDeadline(),
    );
    await session.createShell({}, testDeadline());
    await session[Symbol.asyncDispose]();

    const exchanges = events.flatMap((event) =>
      event.type === 'exchange' ? [`${event.phase} ${event.status}`] : [],
    );
    expect(exchanges).toEqual(['authenticate 401', 'authenticate 200', 'create 200', 'delete 200']);
    expect(events[0]).toEqual({ type: 'connected', host: '127.0.0.1', port: host.port, connectionId: 1 });
    expect(events.at(-1)).toEqual({ type: 'disconnected', connectionId: 1 });
    expect(events.find((event) => event.type === 'exchange' && event.phase === 'create')).toMatchObject({
      requestBytes: expect.any(Number),
      responseBytes: expect.any(Number),
    });
  });

  it('takes a chunked answer', async () => {
    await using host = await ScriptedHost.start();
    await using started = await startCommand(host);
    const { command } = started;
    host.on('Receive', (reply) => {
      const { contentType, bytes } = reply.sealedSoap(done(0, stream('stdout', 'ok')));
      reply.response.writeHead(200, { 'Content-Type': contentType });
      for (let offset = 0; offset < bytes.length; offset += 100)
        reply.response.write(bytes.subarray(offset, offset + 100));
      reply.response.end();
    });

    expect(await outputOf(command.receive(testDeadline()))).toEqual({ stdout: 'ok', stderr: '' });
  });
});
