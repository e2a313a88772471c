import { Deadline } from '../../src/shared/deadline.js';
import { Secret } from '../../src/shared/secret.js';
import {
  identify,
  openSession,
  WinrmError,
  type Command,
  type Session,
  type SessionOptions,
  type WinrmEvent,
} from '../../src/winrm/index.js';
import type { MisbehaviourInput } from '../windows-host/faults/misbehaviour.js';
import { ADMINISTRATOR, aHost, PLAIN_USER, type TestHost } from '../windows-host/testing/a-host.js';

const testDeadline = (): Deadline => Deadline.in(10_000);

const optionsFor = ({ host }: TestHost, more: Partial<SessionOptions> = {}): SessionOptions => ({
  host: host.address,
  port: host.port,
  transport: host.transport,
  ...(host.ca !== null && { tls: { verify: 'full', ca: host.ca } }),
  authentication: 'negotiate',
  username: ADMINISTRATOR.user,
  password: new Secret(ADMINISTRATOR.password),
  operationTimeoutSeconds: 1,
  timing: { answerGraceMs: 1_000, receiveRetryDelayMs: 1, cleanupTimeoutMs: 2_000 },
  ...more,
});

const start = async (session: Session): Promise<Command> => {
  const shell = await session.createShell({ codepage: 65001, noProfile: true }, testDeadline());
  return shell.run('program', ['argument'], testDeadline());
};

/** Reads a command to its end. */
const outputOf = async (command: Command): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const { bytes } of command.receive(testDeadline())) chunks.push(bytes);
  return Buffer.concat(chunks).toString('utf8');
};

/** Every program prints one line and ends with 7. */
const printAndExit = ({ engine }: TestHost): void => {
  engine.onStart = (process) => {
    process.write('grüße\r\n');
    process.exit(7);
  };
};

const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const operationsOf = ({ host }: TestHost): string[] =>
  host
    .requests()
    .map(({ operation }) => operation)
    .filter((operation) => operation !== 'Negotiate');

describe('the client against the simulated host', () => {
  it.each(['http', 'https'] as const)('runs a program over %s', async (transport) => {
    await using host = await aHost({ transport, cbtHardeningLevel: 'Strict' });
    printAndExit(host);

    await using session = await openSession(optionsFor(host), testDeadline());
    const command = await start(session);
    const output = await outputOf(command);

    expect(output).toBe('grüße\r\n');
    expect(command.exitCode).toBe(7);
  });

  it('runs a program with Basic over HTTPS', async () => {
    await using host = await aHost({ transport: 'https' });
    printAndExit(host);

    await using session = await openSession(optionsFor(host, { authentication: 'basic' }), testDeadline());

    expect(await outputOf(await start(session))).toBe('grüße\r\n');
  });

  it('writes to stdin and ends it', async () => {
    await using host = await aHost();
    await using session = await openSession(optionsFor(host), testDeadline());
    const command = await start(session);
    const script = Buffer.from('x'.repeat(500_000));

    await command.send(script, { end: true }, testDeadline());

    // Jest compares half a megabyte byte by byte, for more than a second.
    expect(host.engine.last.stdin.equals(script)).toBe(true);
    expect(host.engine.last.stdinEnded).toBe(true);
  });

  it('polls over TimedOut until there is output', async () => {
    await using host = await aHost();
    let timeouts = 0;
    const onEvent = (event: WinrmEvent): void => {
      if (event.type !== 'exchange' || event.phase !== 'receive' || event.status !== 500) return;
      timeouts++;
      host.engine.last.write('late');
      host.engine.last.exit(0);
    };
    await using session = await openSession(optionsFor(host, { onEvent }), testDeadline());

    expect(await outputOf(await start(session))).toBe('late');
    expect(timeouts).toBe(1);
  });

  it('kills a program that is terminated', async () => {
    await using host = await aHost();
    await using session = await openSession(optionsFor(host), testDeadline());
    const command = await start(session);

    await command.terminate(testDeadline());

    expect(host.engine.last.killed).toBe(true);
  });

  it('leaves no shell behind', async () => {
    await using host = await aHost();
    const session = await openSession(optionsFor(host), testDeadline());
    await start(session);

    await session[Symbol.asyncDispose]();

    expect(host.host.shells()).toEqual([]);
  });

  it('asks what the host is without logging on', async () => {
    await using host = await aHost();

    const { host: name, port, transport } = optionsFor(host);

    expect(await identify({ host: name, port, transport }, testDeadline())).toMatchObject({
      productVendor: 'Microsoft Corporation',
    });
  });

  it.each(['Administrator', '.\\administrator', 'PC-0001\\ADMINISTRATOR'])(
    'logs on as %s',
    async (username) => {
      await using host = await aHost();
      await using session = await openSession(optionsFor(host, { username }), testDeadline());

      await session.createShell({}, testDeadline());

      expect(operationsOf(host)).toEqual(['Create']);
    },
  );

  it('leaves a user principal name whole, which a host without a domain does not know', async () => {
    await using host = await aHost();
    const options = optionsFor(host, { username: 'administrator@pc-0001' });

    expect(await errorOf(openSession(options, testDeadline()))).toMatchObject({ code: 'bad-credentials' });
  });

  it('is told a wrong password, and one that may not open a shell', async () => {
    await using host = await aHost();
    const wrong = optionsFor(host, { password: new Secret('wrong') });
    await using session = await openSession(
      optionsFor(host, { username: PLAIN_USER.user, password: new Secret(PLAIN_USER.password) }),
      testDeadline(),
    );

    expect(await errorOf(openSession(wrong, testDeadline()))).toMatchObject({
      code: 'bad-credentials',
      sent: 'no',
    });
    expect(await errorOf(session.createShell({}, testDeadline()))).toMatchObject({ isAccessDenied: true });
  });
});

/** The expected error of each misbehaviour, whatever the operation. */
const EXPECTED: readonly (readonly [string, Omit<MisbehaviourInput, 'on'>, object])[] = [
  ['drops the connection before it', { do: 'drop' }, { code: 'connection-reset', sent: 'maybe' }],
  [
    'drops the connection after it',
    { do: 'drop', when: 'after' },
    { code: 'connection-reset', sent: 'maybe' },
  ],
  ['resets the connection before it', { do: 'reset' }, { code: 'connection-reset', sent: 'maybe' }],
  [
    'resets the connection after it',
    { do: 'reset', when: 'after' },
    { code: 'connection-reset', sent: 'maybe' },
  ],
  ['closes its side only', { do: 'half-close' }, { code: 'connection-reset', sent: 'maybe' }],
  ['stalls', { do: 'stall' }, { code: 'timed-out', sent: 'maybe' }],
  ['answers in the clear', { do: 'clear' }, { code: 'clear-text-refused', sent: 'yes' }],
  ['answers with a bad seal', { do: 'bad-seal' }, { code: 'bad-seal', sent: 'yes' }],
  ['answers out of order', { do: 'wrong-sequence' }, { code: 'bad-seal', sent: 'yes' }],
  ['answers half a body', { do: 'truncated' }, { code: 'connection-reset', sent: 'maybe' }],
  [
    'answers a fault',
    { do: 'fault', code: 2150859174 },
    { code: 'fault', faultCode: 2150859174, sent: 'yes' },
  ],
  ['answers HTTP 503', { do: 'status', status: 503 }, { code: 'http-status', status: 503, sent: 'yes' }],
];

/** Does one operation, with all that goes before it. */
const OPERATIONS: Readonly<
  Record<'Create' | 'Command' | 'Send' | 'Signal', (session: Session) => Promise<unknown>>
> = {
  Create: (session) => session.createShell({}, testDeadline()),
  Command: (session) => start(session),
  Send: async (session) => (await start(session)).send(Buffer.from('x'), { end: true }, testDeadline()),
  Signal: async (session) => (await start(session)).terminate(testDeadline()),
};

describe.each(['Create', 'Command', 'Send', 'Signal'] as const)(
  'when the host misbehaves on %s',
  (operation) => {
    it.each(EXPECTED)(
      '%s: the error says so, and the operation is sent once',
      async (_name, rule, expected) => {
        await using host = await aHost();
        const timing = { answerGraceMs: -800, receiveRetryDelayMs: 1, cleanupTimeoutMs: 2_000 };
        await using session = await openSession(optionsFor(host, { timing }), testDeadline());
        host.host.misbehave({ on: operation, ...rule });

        const error = await errorOf(OPERATIONS[operation](session));

        expect(error).toBeInstanceOf(WinrmError);
        expect(error).toMatchObject({ phase: operation.toLowerCase(), ...expected });
        expect(operationsOf(host).filter((name) => name === operation)).toHaveLength(1);
      },
    );
  },
);

describe('when the host misbehaves on Receive', () => {
  it.each([
    ['drops the connection before it', { do: 'drop' }],
    ['drops the connection after it', { do: 'drop', when: 'after' }],
    ['resets the connection after it', { do: 'reset', when: 'after' }],
    ['closes its side only', { do: 'half-close' }],
    ['stalls', { do: 'stall' }],
    ['answers half a body', { do: 'truncated' }],
    ['answers slowly', { do: 'slow', bytes: 500, everyMs: 1 }],
  ] as const)('%s: the output arrives whole and once', async (_name, rule) => {
    await using host = await aHost();
    printAndExit(host);
    await using session = await openSession(optionsFor(host), testDeadline());
    const command = await start(session);
    host.host.misbehave({ on: 'Receive', ...rule });

    expect(await outputOf(command)).toBe('grüße\r\n');
    expect(command.exitCode).toBe(7);
    expect(host.engine.processes).toHaveLength(1);
  });

  it('leaves the exit code unknown where the host does not tell it', async () => {
    await using host = await aHost();
    printAndExit(host);
    await using session = await openSession(optionsFor(host), testDeadline());
    const command = await start(session);
    host.host.misbehave({ on: 'Receive', do: 'no-exit-code' });

    await outputOf(command);

    expect(command).toMatchObject({ isDone: true, exitCode: null });
  });

  it('tells that the command is lost after the service has restarted', async () => {
    await using host = await aHost();
    await using session = await openSession(optionsFor(host), testDeadline());
    const command = await start(session);
    await host.host.restartService();

    expect(await errorOf(outputOf(command))).toMatchObject({ phase: 'receive', isNotFound: true });
  });
});
