import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pinoHttp } from 'pino-http';
import { loggerOptions } from '../../src/http/logging.js';

describe('the log of requests', () => {
  let server: Server;
  let url: string;
  let text: string;

  beforeEach(async () => {
    text = '';
    const log = pinoHttp(loggerOptions('info'), { write: (line: string) => void (text += line) });
    server = createServer((request, response) => {
      log(request, response);
      request.log.info(
        { password: 'pl4nted-1', credential: { password: 'pl4nted-2' }, body: { x: 'pl4nted-3' } },
        'fact',
      );
      response.setHeader('Set-Cookie', 'winch_session=pl4nted-4');
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  const lines = () =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('holds one line per request with its id, path and status', async () => {
    const response = await fetch(`${url}/api/v1/assets?q=x`, {
      headers: { 'x-request-id': 'itsm-42', connection: 'close' },
    });
    const request = lines().at(-1);

    expect(response.headers.get('x-request-id')).toBe('itsm-42');
    expect(request).toMatchObject({
      msg: 'request',
      req: { id: 'itsm-42', method: 'GET', path: '/api/v1/assets' },
      res: { status: 200 },
    });
  });

  it('holds no secret: neither of headers nor of the query nor of logged objects', async () => {
    await fetch(`${url}/x?token=pl4nted-5`, {
      headers: {
        authorization: 'Bearer pl4nted-6',
        cookie: 'winch_session=pl4nted-7',
        'x-csrf-token': 'pl4nted-8',
        connection: 'close',
      },
    });

    expect(lines()).toHaveLength(2);
    expect(text).not.toContain('pl4nted');
  });

  it('makes an id of its own where the given one could break the log', async () => {
    const response = await fetch(url, { headers: { 'x-request-id': 'a b', connection: 'close' } });

    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
