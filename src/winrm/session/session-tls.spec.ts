import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { channelBindingsOf } from '../../ntlm/index.js';
import { ScriptedHost } from '../testing/scripted-host.js';
import { optionsFor, rejectionOf, testDeadline } from '../testing/session-builders.js';
import type { SessionOptions } from './session-options.js';
import { openSession } from './session.js';

interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly der: Buffer;
  readonly fingerprint: string;
}

const aCertificate = async (name: { ip: string } | { value: string }): Promise<Certificate> => {
  const altName = 'ip' in name ? ({ type: 7, ...name } as const) : ({ type: 2, ...name } as const);
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'web01' }], {
    keyType: 'ec',
    algorithm: 'sha384',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [altName] },
    ],
  });
  const der = Buffer.from(new X509Certificate(cert).raw);
  return { key, cert, der, fingerprint: createHash('sha256').update(der).digest('hex') };
};

describe('A session over HTTPS', () => {
  let certificate: Certificate;
  beforeAll(async () => {
    certificate = await aCertificate({ ip: '127.0.0.1' });
  });
  const https = (
    tls: SessionOptions['tls'],
    more: Partial<SessionOptions> = {},
  ): Partial<SessionOptions> => ({
    transport: 'https',
    ...(tls && { tls }),
    ...more,
  });

  it('trusts the given authority, binds the logon to the certificate and does not seal', async () => {
    await using host = await ScriptedHost.start({ tls: certificate });
    const options = optionsFor(host, https({ verify: 'full', ca: certificate.cert }));

    await using session = await openSession(options, testDeadline());
    await session.createShell({}, testDeadline());

    expect(host.logons[0]?.channelBindings).toEqual(channelBindingsOf(certificate.der));
    expect(host.operations).toEqual(['Create']);
  });

  it('does not trust an unknown authority', async () => {
    await using host = await ScriptedHost.start({ tls: certificate });

    const error = await rejectionOf(openSession(optionsFor(host, https(undefined)), testDeadline()));

    expect(error).toMatchObject({ code: 'tls-untrusted', phase: 'tls', sent: 'no' });
    expect(host.authorizations).toEqual([]);
  });

  it('does not trust a certificate for another name', async () => {
    const other = await aCertificate({ value: 'other.example' });
    await using host = await ScriptedHost.start({ tls: other });
    const options = optionsFor(host, https({ verify: 'full', ca: other.cert }));

    expect(await rejectionOf(openSession(options, testDeadline()))).toMatchObject({ code: 'tls-untrusted' });
  });

  it.each([
    ['lower case', (fingerprint: string) => fingerprint],
    [
      'upper case with colons',
      (fingerprint: string) => (fingerprint.toUpperCase().match(/../g) ?? []).join(':'),
    ],
  ])('takes the pinned certificate, in %s, whoever issued it', async (_name, write) => {
    await using host = await ScriptedHost.start({ tls: certificate });
    const tls = { verify: 'fingerprint', fingerprint: write(certificate.fingerprint) } as const;

    await using session = await openSession(optionsFor(host, https(tls)), testDeadline());
    await session.createShell({}, testDeadline());

    expect(host.operations).toEqual(['Create']);
  });

  it.each(['00'.repeat(32), '', 'zz'])(
    'refuses any other certificate than the pinned "%s"',
    async (fingerprint) => {
      await using host = await ScriptedHost.start({ tls: certificate });
      const options = optionsFor(host, https({ verify: 'fingerprint', fingerprint }));

      const error = await rejectionOf(openSession(options, testDeadline()));

      expect(error).toMatchObject({
        code: 'tls-fingerprint-mismatch',
        message: expect.stringContaining(certificate.fingerprint),
      });
      expect(host.authorizations).toEqual([]);
    },
  );

  it('takes any certificate where nothing is verified', async () => {
    await using host = await ScriptedHost.start({ tls: certificate });

    await using session = await openSession(optionsFor(host, https({ verify: 'none' })), testDeadline());
    await session.createShell({}, testDeadline());

    expect(host.operations).toEqual(['Create']);
  });

  it('says that a plain HTTP port does not speak TLS', async () => {
    await using host = await ScriptedHost.start();

    const error = await rejectionOf(openSession(optionsFor(host, https({ verify: 'none' })), testDeadline()));

    expect(error).toMatchObject({ code: 'tls-failed', phase: 'tls', sent: 'no' });
  });

  it('gives up on a port that accepts and then says nothing', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const options = optionsFor({ port }, https({ verify: 'none' }, { connectTimeoutMs: 50 }));

    const error = await rejectionOf(openSession(options, testDeadline()));
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');

    expect(error).toMatchObject({ code: 'connect-timeout', phase: 'tls' });
  });
});

describe('Basic', () => {
  it('sends the credentials with each request over a pinned certificate', async () => {
    const certificate = await aCertificate({ ip: '127.0.0.1' });
    await using host = await ScriptedHost.start({ tls: certificate });
    const tls = { verify: 'fingerprint', fingerprint: certificate.fingerprint } as const;

    const options = optionsFor(host, { transport: 'https', tls, authentication: 'basic', username: 'ädmin' });
    await using session = await openSession(options, testDeadline());
    await session.createShell({}, testDeadline());

    expect(host.authorizations).toEqual(['Basic w6RkbWluOnB3']);
  });

  it.each<Partial<SessionOptions>>([{ transport: 'http' }, { transport: 'https', tls: { verify: 'none' } }])(
    'is refused before connecting over %j',
    async (more) => {
      const options = optionsFor({ port: 1 }, { ...more, authentication: 'basic' });

      expect(await rejectionOf(openSession(options, testDeadline()))).toMatchObject({
        code: 'basic-needs-verified-tls',
        sent: 'no',
      });
    },
  );

  it.each([
    ['Basic realm="WSMAN"', 'bad-credentials'],
    ['Negotiate', 'mechanism-not-offered'],
  ])('tells a refusal that offers %s', async (offered, code) => {
    const certificate = await aCertificate({ ip: '127.0.0.1' });
    await using host = await ScriptedHost.start({ tls: certificate });
    host.on('Create', ({ response }) => response.writeHead(401, { 'WWW-Authenticate': offered }).end());
    const tls = { verify: 'fingerprint', fingerprint: certificate.fingerprint } as const;
    const options = optionsFor(host, { transport: 'https', tls, authentication: 'basic' });
    await using session = await openSession(options, testDeadline());

    expect(await rejectionOf(session.createShell({}, testDeadline()))).toMatchObject({
      code,
      phase: 'authenticate',
    });
  });

  it('sends refused credentials once, not again to end the command and to delete the shell', async () => {
    const certificate = await aCertificate({ ip: '127.0.0.1' });
    await using host = await ScriptedHost.start({ tls: certificate });
    host.on('Command', ({ response }) => response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end());
    const tls = { verify: 'fingerprint', fingerprint: certificate.fingerprint } as const;
    const options = optionsFor(host, { transport: 'https', tls, authentication: 'basic' });
    const session = await openSession(options, testDeadline());
    const shell = await session.createShell({}, testDeadline());

    await rejectionOf(shell.run('whoami', [], testDeadline()));
    await session[Symbol.asyncDispose]();

    expect(host.operations).toEqual(['Create', 'Command']);
  });
});
