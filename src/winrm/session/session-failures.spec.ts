import type { WinrmEvent } from '../events.js';
import { deadlineIn } from '../deadline.js';
import { FaultError } from '../errors.js';
import { answers, ScriptedHost, type Answer } from '../testing/scripted-host.js';
import {
  IMPATIENT,
  optionsFor,
  outputOf,
  rejectionOf,
  startCommand,
  testDeadline,
} from '../testing/session-builders.js';
import { done, envelope, shellCreated, stream } from '../testing/soap-answers.js';
import { openSession } from './session.js';

const truncated: Answer = (reply) => {
  const { contentType, bytes } = reply.sealedSoap(shellCreated);
  reply.response.writeHead(200, { 'Content-Type': contentType, 'Content-Length': bytes.length });
  reply.response.write(bytes.subarray(0, 50), () => reply.response.socket?.destroy());
};
const oversize: Answer = (reply) => reply.bytes(Buffer.alloc(3_000_000));
const badSeal: Answer = (reply) => {
  const { contentType, bytes } = reply.sealedSoap(shellCreated);
  bytes[300] = (bytes[300] ?? 0) ^ 1;
  reply.bytes(bytes, { contentType });
};
const replayed: Answer = (reply) => {
  const { contentType, bytes } = reply.sealedSoap(shellCreated);
  reply.sealedSoap(shellCreated);
  reply.bytes(Buffer.concat([bytes, Buffer.from('x')]), { contentType });
};
const forStranger: Answer = (reply) => {
  const { contentType, bytes } = reply.sealed(envelope(shellCreated, 'uuid:OTHER'));
  reply.bytes(bytes, { contentType });
};
const sealedText =
  (text: string): Answer =>
  (reply) => {
    const { contentType, bytes } = reply.sealed(text);
    reply.bytes(bytes, { contentType });
  };

/** The last messages of the handshakes that the host has seen ([MS-NLMP] 2.2.1.3): each is one attempt to log on. */
const authenticateMessages = (host: ScriptedHost): string[] =>
  host.authorizations.filter((header) => Buffer.from(header.replace('Negotiate ', ''), 'base64')[8] === 3);

describe('An operation that goes wrong over sealed HTTP', () => {
  const CLEAR_FAULT = '<s:Fault/>';
  it.each<[string, Answer, object]>([
    ['the connection is reset', answers.reset, { code: 'connection-reset', sent: 'maybe' }],
    ['the host stalls', answers.stall, { code: 'timed-out', sent: 'maybe' }],
    ['the answer is cut off', truncated, { code: 'connection-reset', sent: 'maybe' }],
    ['the answer is too large', oversize, { code: 'response-too-large', sent: 'yes' }],
    [
      'the answer comes in the clear',
      answers.clear(shellCreated),
      { code: 'clear-text-refused', sent: 'yes' },
    ],
    [
      'a fault comes in the clear',
      answers.clear(CLEAR_FAULT, 500),
      { code: 'clear-text-refused', sent: 'yes' },
    ],
    ['the answer is empty', answers.status(200), { code: 'clear-text-refused', sent: 'yes' }],
    ['the seal is wrong', badSeal, { code: 'bad-seal', sent: 'yes' }],
    ['the frame is longer than it says', replayed, { code: 'bad-seal', sent: 'yes' }],
    ['the host cannot open our seal', answers.status(400), { code: 'seal-refused', sent: 'yes' }],
    ['the host wants a new logon', answers.status(401), { code: 'authentication-lost', sent: 'yes' }],
    ['the answer is for another request', forStranger, { code: 'malformed-response', sent: 'yes' }],
    ['the answer has no shell id', answers.soap(''), { code: 'malformed-response', sent: 'yes' }],
    ['the answer is not XML', sealedText('<s:Envelope'), { code: 'malformed-response', sent: 'yes' }],
    ['the answer is empty text', sealedText(''), { code: 'malformed-response', sent: 'yes' }],
    [
      'the answer has a DOCTYPE',
      sealedText('<!DOCTYPE a [<!ENTITY b "c">]><a/>'),
      { code: 'malformed-response' },
    ],
    ['HTTP 404', answers.status(404), { code: 'http-status', status: 404, sent: 'yes' }],
    ['HTTP 413', answers.status(413), { code: 'http-status', status: 413 }],
    ['HTTP 503', answers.status(503), { code: 'http-status', status: 503 }],
    [
      'access denied',
      answers.fault(5, 'AccessDenied'),
      { code: 'fault', faultCode: 5, isAccessDenied: true },
    ],
    ['the shell quota', answers.fault(2150859173, 'QuotaLimit'), { code: 'fault', isQuotaExceeded: true }],
  ])('%s: is told, and Create is sent once', async (_name, answer, expected) => {
    await using host = await ScriptedHost.start();
    host.on('Create', answer);
    await using session = await openSession(optionsFor(host, IMPATIENT), testDeadline());

    const error = await rejectionOf(session.createShell({}, testDeadline()));

    expect(error).toMatchObject({ phase: 'create', hint: expect.stringMatching(/./), ...expected });
    expect(host.operations).toEqual(['Create']);
  });

  it('goes on with a new logon on a new connection after the old one was lost', async () => {
    await using host = await ScriptedHost.start();
    host.on('Create', badSeal);
    await using session = await openSession(optionsFor(host), testDeadline());

    await rejectionOf(session.createShell({}, testDeadline()));
    await session.createShell({}, testDeadline());

    expect(host.seen.map(({ connection }) => connection)).toEqual([1, 2]);
    expect(host.logons).toHaveLength(2);
  });

  it('never repeats a Command', async () => {
    await using host = await ScriptedHost.start();
    host.on('Command', answers.reset);
    await using session = await openSession(optionsFor(host), testDeadline());
    const shell = await session.createShell({}, testDeadline());

    expect(await rejectionOf(shell.run('del', ['x'], testDeadline()))).toMatchObject({
      phase: 'command',
      sent: 'maybe',
    });
    expect(host.operations).toEqual(['Create', 'Command']);
  });

  it('repeats a Receive whose connection broke, with a new logon', async () => {
    await using host = await ScriptedHost.start();
    host.on(
      'Receive',
      answers.reset,
      truncated,
      answers.reset,
      answers.soap(done(0, stream('stdout', 'late'))),
    );
    const events: WinrmEvent[] = [];
    await using started = await startCommand(host, { onEvent: (event) => events.push(event) });
    const { command } = started;

    expect(await outputOf(command.receive(testDeadline()))).toEqual({ stdout: 'late', stderr: '' });
    expect(events.flatMap((event) => (event.type === 'receive-repeated' ? [event.attempt] : []))).toEqual([
      1, 2, 3,
    ]);
    expect(host.logons).toHaveLength(4);
  });

  it('gives a Receive up after three repetitions in a row', async () => {
    await using host = await ScriptedHost.start();
    host.on('Receive', ...Array.from({ length: 5 }, () => answers.reset));
    await using started = await startCommand(host);
    const { command } = started;

    expect(await rejectionOf(outputOf(command.receive(testDeadline())))).toMatchObject({
      code: 'connection-reset',
    });
    expect(host.operations.filter((name) => name === 'Receive')).toHaveLength(4);
  });

  it('tells a lost command from one that goes on', async () => {
    await using host = await ScriptedHost.start();
    host.on('Receive', answers.fault(2150858843, 'InvalidSelectors', 'gone'));
    await using started = await startCommand(host);
    const { command } = started;

    const error = await rejectionOf(outputOf(command.receive(testDeadline())));

    expect(error).toBeInstanceOf(FaultError);
    expect(error).toMatchObject({ isNotFound: true, isTimedOut: false, text: 'gone' });
    expect(command.isDone).toBe(false);
  });

  it('deletes its shell on a new connection when the old one broke, and takes a shell that is gone for deleted', async () => {
    await using host = await ScriptedHost.start();
    host.on('Receive', answers.fault(5, 'AccessDenied'), answers.stall);
    host.on('Delete', answers.fault(2150858843, 'InvalidSelectors'));
    const events: WinrmEvent[] = [];
    const { session, command } = await startCommand(host, {
      ...IMPATIENT,
      onEvent: (event) => events.push(event),
    });

    await rejectionOf(outputOf(command.receive(testDeadline())));
    await session[Symbol.asyncDispose]();

    expect(host.operations.at(-1)).toBe('Delete');
    expect(events.filter(({ type }) => type === 'cleanup-failed')).toEqual([]);
  });

  it('does not try a logon again that the host has refused, not even to delete its shell', async () => {
    await using host = await ScriptedHost.start();
    let password = 'pw';
    const { session, command } = await startCommand(host, { password: { reveal: () => password } });
    host.on('Receive', answers.reset);
    password = 'changed-meanwhile';

    const error = await rejectionOf(outputOf(command.receive(testDeadline())));
    await command[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();

    expect(error).toMatchObject({ code: 'bad-credentials' });
    expect(authenticateMessages(host)).toHaveLength(host.logons.length + 1);
  });

  it('tells its listener when a shell could not be deleted', async () => {
    await using host = await ScriptedHost.start();
    host.on('Delete', answers.fault(5, 'AccessDenied'));
    const events: WinrmEvent[] = [];
    const { session } = await startCommand(host, { onEvent: (event) => events.push(event) });

    await session[Symbol.asyncDispose]();

    expect(events).toContainEqual({ type: 'cleanup-failed', phase: 'delete', error: expect.any(FaultError) });
  });
});

describe('A wait that the caller ends', () => {
  it('rejects with the reason of a cancellation, at once', async () => {
    await using host = await ScriptedHost.start();
    await using started = await startCommand(host);
    const { command } = started;
    const controller = new AbortController();
    const reason = new Error('cancelled by the operator');
    host.on('Receive', () => controller.abort(reason));

    const error = await rejectionOf(
      outputOf(command.receive({ signal: controller.signal, remainingMs: () => Number.POSITIVE_INFINITY })),
    );

    expect(error).toBe(reason);
    expect(host.operations.filter((name) => name === 'Receive')).toHaveLength(1);
  });

  it('ends with its deadline, and is not repeated', async () => {
    await using host = await ScriptedHost.start();
    host.on('Receive', answers.stall);
    await using started = await startCommand(host);
    const { command } = started;

    const error = await rejectionOf(outputOf(command.receive(deadlineIn(100))));

    expect(error).toMatchObject({ code: 'timed-out', phase: 'receive' });
    expect(host.operations.filter((name) => name === 'Receive')).toHaveLength(1);
  });

  it('ends while waiting for a connection, and says that nothing was sent', async () => {
    await using host = await ScriptedHost.start();
    host.on('Create', answers.stall, answers.stall);
    await using session = await openSession(optionsFor(host, IMPATIENT), testDeadline());
    const busy = [session.createShell({}, testDeadline()), session.createShell({}, testDeadline())].map(
      rejectionOf,
    );
    const controller = new AbortController();
    const reason = new Error('cancelled by the operator');

    const late = rejectionOf(session.createShell({}, deadlineIn(20)));
    const cancelled = rejectionOf(
      session.createShell({}, { signal: controller.signal, remainingMs: () => 1 }),
    );
    controller.abort(reason);

    expect(await cancelled).toBe(reason);
    expect(await late).toMatchObject({ code: 'timed-out', phase: 'create', sent: 'no' });
    await Promise.all(busy);
    expect(host.operations).toEqual(['Create', 'Create']);
  });
});
