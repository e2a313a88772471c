import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { ScriptedHost } from '../testing/scripted-host.js';
import { optionsFor, rejectionOf, testDeadline } from '../testing/session-builders.js';
import { openSession } from './session.js';

describe('A logon that goes wrong', () => {
  it('reports a wrong password after one attempt', async () => {
    await using host = await ScriptedHost.start();

    const error = await rejectionOf(
      openSession(optionsFor(host, { password: { reveal: () => 'no' } }), testDeadline()),
    );

    expect(error).toMatchObject({ code: 'bad-credentials', phase: 'authenticate', sent: 'no' });
    expect(host.authorizations).toHaveLength(2);
    expect(JSON.stringify(error)).not.toContain('"no"}');
  });

  it('refuses a host that weakens the protection', async () => {
    await using host = await ScriptedHost.start({ challengeFlags: 0xe28a8215 });

    const error = await rejectionOf(openSession(optionsFor(host), testDeadline()));

    expect(error).toMatchObject({ code: 'downgrade', message: expect.stringContaining('sealing') });
    expect(host.authorizations).toHaveLength(1);
  });

  it.each([
    ['only Basic', 'Basic realm="WSMAN"', 'mechanism-not-offered'],
    ['Negotiate without NTLM', 'Negotiate', 'mechanism-not-offered'],
    ['an answer that is not NTLM', 'Negotiate AAAA', 'bad-challenge'],
    ['a rejection', 'Negotiate oQcwBaADCgEC', 'bad-credentials'],
  ])('reports a host that answers with %s', async (_name, header, code) => {
    await using host = await ScriptedHost.start({
      handshake: (_request, response) => response.writeHead(401, { 'WWW-Authenticate': header }).end(),
    });

    expect(await rejectionOf(openSession(optionsFor(host), testDeadline()))).toMatchObject({ code });
  });

  it.each([404, 405, 403, 503])('takes HTTP %i for the word of another web server', async (status) => {
    await using host = await ScriptedHost.start({
      handshake: (_request, response) => response.writeHead(status).end('<html>nginx</html>'),
    });

    const error = await rejectionOf(openSession(optionsFor(host), testDeadline()));

    expect(error).toMatchObject({ code: 'http-status', status, phase: 'authenticate' });
  });

  it('refuses a user name without a user before it connects', async () => {
    const options = optionsFor({ port: 1 }, { username: 'CORP\\' });

    expect(await rejectionOf(openSession(options, testDeadline()))).toMatchObject({ code: 'bad-user-name' });
  });

  it('says that what answers is not HTTP, and that no operation was sent', async () => {
    const server = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const error = await rejectionOf(openSession(optionsFor({ port }), testDeadline()));
    server.close();
    await once(server, 'close');

    expect(error).toMatchObject({ code: 'malformed-response', phase: 'authenticate', sent: 'no' });
  });

  it('reports a closed port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');

    expect(await rejectionOf(openSession(optionsFor({ port }), testDeadline()))).toMatchObject({
      code: 'connection-refused',
      phase: 'connect',
      sent: 'no',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});
