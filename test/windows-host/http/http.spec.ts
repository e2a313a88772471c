import { ADMINISTRATOR, aHost } from '../testing/a-host.js';
import { RawConnection, type RawReply } from '../testing/raw-connection.js';
import { createMessage, getMessage, identifyMessage } from '../testing/soap-messages.js';
import { logOn, TestClient } from '../testing/test-client.js';
import { channelBindingToken } from '../auth/channel-binding.js';

const SOAP = { 'Content-Type': 'application/soap+xml;charset=UTF-8' };
const SEALED =
  'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"';

const namesOf = (reply: RawReply) => reply.headers.map(([name]) => name);
const header = (reply: RawReply, wanted: string) =>
  reply.headers.filter(([name]) => name === wanted).map(([, value]) => value);

describe('the HTTP side of a simulated host', () => {
  it('answers an anonymous request as Windows was seen to: empty reason, close, no body', async () => {
    await using test = await aHost();
    await using connection = await RawConnection.open(test.host);

    const reply = await connection.request();

    expect(reply.statusLine).toBe('HTTP/1.1 401 ');
    expect(namesOf(reply)).toEqual(['WWW-Authenticate', 'Server', 'Date', 'Connection', 'Content-Length']);
    expect(header(reply, 'WWW-Authenticate')).toEqual(['Negotiate']);
    expect(header(reply, 'Server')).toEqual(['Microsoft-HTTPAPI/2.0']);
    expect(header(reply, 'Connection')).toEqual(['close']);
    await expect(connection.closed).resolves.toBe('end');
  });

  it('keeps the connection between CHALLENGE and AUTHENTICATE, then answers 200 without a type', async () => {
    await using test = await aHost();
    await using connection = await RawConnection.open(test.host);

    const { reply } = await logOn(connection, ADMINISTRATOR);

    expect(reply.statusLine).toBe('HTTP/1.1 200 ');
    expect(namesOf(reply)).toEqual(['Server', 'Date', 'Content-Length']);
    expect(test.host.requests().map(({ status, connection: number }) => [status, number])).toEqual([
      [401, 1],
      [200, 1],
    ]);
  });

  it('answers a wrong password with 401 and ends the connection', async () => {
    await using test = await aHost();
    await using connection = await RawConnection.open(test.host);

    const { reply } = await logOn(connection, { ...ADMINISTRATOR, password: 'Wrong-1' });

    expect(reply.status).toBe(401);
    await expect(connection.closed).resolves.toBe('end');
    expect(test.host.requests().at(-1)?.refusal).toBe('wrong-password');
  });

  it('refuses clear text over HTTP even after a logon, unless AllowUnencrypted is set', async () => {
    await using strict = await aHost();
    await using lax = await aHost({ allowUnencrypted: true });
    const answer = async (test: typeof strict) => {
      await using client = await test.client();
      const reply = await client.connection.request({ headers: SOAP, body: Buffer.from(createMessage()) });
      return [reply.status, header(reply, 'Connection')];
    };

    expect(await answer(strict)).toEqual([401, ['close']]);
    expect(await answer(lax)).toEqual([200, []]);
  });

  it('answers a body sealed for another connection with 400 and ends the connection', async () => {
    await using test = await aHost();
    await using first = await test.client();
    await using second = await test.client();
    const body = first.seal(Buffer.from(createMessage()));

    const reply = await second.connection.request({ headers: { 'Content-Type': SEALED }, body });

    expect(reply.statusLine).toBe('HTTP/1.1 400 ');
    await expect(second.connection.closed).resolves.toBe('end');
    expect(test.host.shells()).toHaveLength(0);
  });

  it('answers a sealed message that was repeated with 400', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const body = client.seal(Buffer.from(createMessage()));
    await client.connection.request({ headers: { 'Content-Type': SEALED }, body });

    const reply = await client.connection.request({ headers: { 'Content-Type': SEALED }, body });

    expect(reply.status).toBe(400);
    expect(test.host.shells()).toHaveLength(1);
  });

  it.each([
    ['without TABs', (text: string) => text.replaceAll(/\t(?=Content-Type|OriginalContent)/g, '')],
    ['with a space before the boundary', (text: string) => text.replaceAll('--Encrypted', '-- Encrypted')],
    ['without the last hyphens', (text: string) => text.replace(/--\r\n$/, '\r\n')],
  ])('opens a sealed message %s', async (_, change) => {
    await using test = await aHost();
    await using client = await test.client();
    const body = Buffer.from(change(client.seal(Buffer.from(createMessage())).toString('latin1')), 'latin1');

    const reply = await client.connection.request({ headers: { 'Content-Type': SEALED }, body });

    expect(reply.status).toBe(200);
  });

  it('refuses a sealed message whose length was changed', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const text = client.seal(Buffer.from(createMessage())).toString('latin1');
    const body = Buffer.from(
      text.replace(/Length=(\d+)/, (_, length) => `Length=${Number(length) - 1}`),
      'latin1',
    );

    const reply = await client.connection.request({ headers: { 'Content-Type': SEALED }, body });

    expect(reply.status).toBe(400);
  });

  it('refuses chunked requests with fault 50', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const body = client.seal(Buffer.from(createMessage()));
    const chunked = Buffer.concat([
      Buffer.from(`${body.length.toString(16)}\r\n`),
      body,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);

    client.connection.send({
      headers: { 'Content-Type': SEALED, 'Transfer-Encoding': 'chunked' },
      body: chunked,
    });
    const reply = await client.reply();

    expect([reply.status, reply.fault]).toEqual([500, 50]);
  });

  it('answers a request above MaxEnvelopeSizekb with 413 and keeps the connection', async () => {
    await using test = await aHost({ quotas: { maxEnvelopeSizeKb: 150 } });
    await using client = await test.client();

    const large = await client.call(createMessage({ extra: `<x>${'a'.repeat(150 * 1024)}</x>` }));
    const small = await client.call(createMessage());

    expect([large.status, small.status]).toEqual([413, 200]);
  });

  it.each([
    ['POST', '/wsman/', 401],
    ['POST', '/wsman?PSVersion=5.1', 401],
    ['POST', '/other', 404],
    ['GET', '/wsman', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    await using test = await aHost();
    await using connection = await RawConnection.open(test.host);

    expect((await connection.request({ method, path })).status).toBe(status);
  });

  it('identifies itself without a logon, and hides its version', async () => {
    await using test = await aHost();
    await using connection = await RawConnection.open(test.host);
    const headers = { ...SOAP, WSMANIDENTIFY: 'unauthenticated' };

    const reply = await connection.request({ headers, body: Buffer.from(identifyMessage()) });

    expect(reply.status).toBe(200);
    expect(reply.body.toString()).toContain('<wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 2.0<');
  });

  it('tells its version to who is logged on', async () => {
    await using test = await aHost();
    await using client = await test.client();

    expect((await client.call(identifyMessage())).xml).toContain('OS: 10.0.26100');
  });
});

describe('the headers of a request', () => {
  it.each([
    ['without ReplyTo', { without: ['ReplyTo'] }, 2150858769],
    ['without MessageID', { without: ['MessageID'] }, 2150858769],
    ['with an empty MessageID', { messageId: '' }, 2150858767],
    ['with a MessageID of any other form', { messageId: 'not a uuid' }, 0],
    ['with a negative OperationTimeout', { operationTimeout: 'PT-1S' }, 2150858767],
    ['with a MaxEnvelopeSize below 8192', { maxEnvelopeSize: 8191 }, 2150858805],
    ['with a MaxEnvelopeSize above its own', { maxEnvelopeSize: 5_000_000 }, 0],
    [
      'with a Locale that must be understood',
      { extra: '<w:Locale s:mustUnderstand="true" xml:lang="en-US"/>' },
      2150858818,
    ],
    ['with a Locale', { extra: '<w:Locale s:mustUnderstand="false" xml:lang="en-US"/>' }, 0],
    ['for a resource that is nowhere', { resourceUri: 'http://example.org/none' }, 2150858752],
  ])('%s: fault %i', async (_, options, fault) => {
    await using test = await aHost();
    await using client = await test.client();

    const reply = await client.call(createMessage(options));

    expect(reply.fault).toBe(fault);
    expect(reply.status).toBe(fault === 0 ? 200 : 500);
  });

  it('refuses what it does not serve with ActionNotSupported', async () => {
    await using test = await aHost();
    await using client = await test.client();
    const resourceUri = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem';

    const reply = await client.call(getMessage({ resourceUri }));

    expect(reply.xml).toContain('a:ActionNotSupported');
  });

  it.each(['<broken', '<!DOCTYPE a><a/>', '<a/>', ''])(
    'answers %j with a fault for its schema',
    async (xml) => {
      await using test = await aHost();
      await using client = await test.client();

      expect((await client.call(xml)).fault).toBe(2150858817);
    },
  );
});

describe('HTTPS', () => {
  it('takes clear text after NTLM, under a certificate of its own authority', async () => {
    await using test = await aHost({ transport: 'https' });
    await using client = await test.client();

    const reply = await client.call(createMessage());

    expect(reply.status).toBe(200);
    expect(test.host.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['Relaxed', 'right', 200],
    ['Relaxed', 'wrong', 401],
    ['Relaxed', 'none', 200],
    ['Strict', 'right', 200],
    ['Strict', 'none', 401],
    ['None', 'wrong', 200],
  ] as const)(
    'with hardening %s answers a channel binding that is %s with %i',
    async (cbtHardeningLevel, kind, status) => {
      await using test = await aHost({ transport: 'https', cbtHardeningLevel });
      await using connection = await RawConnection.open(test.host);
      const right = channelBindingToken(connection.certificate, 'sha256');
      const binding = {
        right: { channelBinding: right },
        wrong: { channelBinding: Buffer.alloc(16, 9) },
        none: {},
      };

      const { reply } = await logOn(connection, { ...ADMINISTRATOR, ...binding[kind] });

      expect(reply.status).toBe(status);
    },
  );

  it.each([
    ['Administrator:Correct-1', 200],
    ['PC-0001\\Administrator:Correct-1', 200],
    ['Administrator:Wrong', 401],
    ['nobody:Correct-1', 401],
  ])('answers Basic %s with %i', async (credentials, status) => {
    await using test = await aHost({ transport: 'https' });
    await using connection = await RawConnection.open(test.host);
    const headers = { ...SOAP, Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };

    expect((await connection.request({ headers, body: Buffer.from(createMessage()) })).status).toBe(status);
  });

  it('offers Negotiate before Basic, and Basic over HTTPS only', async () => {
    const challenges = async (transport: 'http' | 'https') => {
      await using test = await aHost({ transport });
      await using connection = await RawConnection.open(test.host);
      return header(await connection.request(), 'WWW-Authenticate');
    };

    expect(await challenges('https')).toEqual(['Negotiate', 'Basic realm="WSMAN"']);
    expect(await challenges('http')).toEqual(['Negotiate']);
  });
});

describe('a logon', () => {
  it('belongs to its connection', async () => {
    await using test = await aHost({ transport: 'https' });
    await using client = await TestClient.open(test.host, ADMINISTRATOR);
    await using other = await RawConnection.open(test.host);

    const reply = await other.request({ headers: SOAP, body: Buffer.from(createMessage()) });

    expect((await client.call(createMessage())).status).toBe(200);
    expect(reply.status).toBe(401);
  });

  it.each(['', 'AAAA', 'TlRMTVNTUAABAAAA', 'YIIB', 'oYG3'])(
    'with the broken token %j is refused',
    async (token) => {
      await using test = await aHost();
      await using connection = await RawConnection.open(test.host);

      const reply = await connection.request({ headers: { Authorization: `Negotiate ${token}` } });

      expect(reply.status).toBe(401);
      expect(test.host.requests().at(-1)?.refusal).toBe('malformed');
    },
  );
});
