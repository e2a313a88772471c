import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { OpenRequests } from './open-requests.js';

describe('stopping a server', () => {
  const open = new OpenRequests();
  const app = express();
  let server: Server;
  let url: string;
  let reached: Promise<unknown>;
  let answer: () => void;

  beforeAll(() => {
    app.use(open.count());
    app.get('/quick', (_request, response) => void response.send('done'));
    app.get('/slow', (_request, response) => {
      answer = () => void response.send('done');
      server.emit('reached');
    });
    app.get('/stream', (_request, response) => {
      response.set('content-type', 'text/event-stream').flushHeaders();
      response.write(': hello\n\n');
    });
  });

  beforeEach(async () => {
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    reached = once(server, 'reached');
  });

  const stop = async (limitMs?: number) => {
    const closed = once(server, 'close');
    server.close();
    await open.drain(server, limitMs);
    await closed;
  };

  it('answers the request that is under way', async () => {
    const asked = fetch(`${url}/slow`);
    await reached;
    const stopped = stop();

    answer();

    expect(await (await asked).text()).toBe('done');
    await stopped;
  });

  it('does not wait for connections that idle, nor for event streams', async () => {
    await (await fetch(`${url}/quick`)).text();
    const stream = await fetch(`${url}/stream`);

    await stop();

    await expect(stream.text()).rejects.toThrow('terminated');
  });

  it('ends a request that takes too long', async () => {
    const asked = fetch(`${url}/slow`).catch(String);
    await reached;

    await stop(1);

    expect(await asked).toContain('fetch failed');
  });
});
