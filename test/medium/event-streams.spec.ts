import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { AuthenticationService } from '../../src/access/authentication.service.js';
import { IDLE_CONNECTION_MS } from '../../src/http/configure-app.js';
import {
  EventStreams,
  STREAM_LIFE_MS,
  STREAMS_IN_ALL,
  STREAMS_PER_KEY,
} from '../../src/recording/event-streams.service.js';
import type { RunRow } from '../../src/recording/persistence/run-store.js';
import { ManualClock } from '../../src/shared/clock.js';
import { aJournal, journalEvent, runnerEvents } from '../harness/builders/job.js';
import type { RunEvent } from '../harness/client.js';
import { connecting, DispatchBench, type TestWorker } from '../harness/dispatch.js';
import { EventStream, type StreamedEvent } from '../harness/event-stream.js';
import { describeWithRedis } from '../harness/redis.js';
import { waitFor } from '../harness/wait-for.js';

const KEY_LIFE_MS = 60_000;

let bench: DispatchBench;
let clock: ManualClock;
let run: RunRow;
let worker: TestWorker;

const urlOf = ({ id }: RunRow) => `${bench.api.url}/api/v1/runs/${id}/events`;
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const streams = () => bench.api.running.app.get(EventStreams);

/** A viewer's key that ends after a minute of the bench's clock. */
async function issueKey(): Promise<{ readonly id: string; readonly key: string }> {
  const expiresAt = new Date(clock.now().getTime() + KEY_LIFE_MS).toISOString();
  const body = { name: 'Reader', owner: 'reader', role: 'viewer', expiresAt };
  return (await bench.api.request('POST', '/api/v1/keys', { body })).body;
}

/** The headers of a browser's session. */
async function openSession(key: string): Promise<{ cookie: string; 'x-csrf-token': string }> {
  const answer = await bench.api.request('POST', '/api/v1/session', { key: null, body: { key } });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { cookie, 'x-csrf-token': String(answer.body.csrfToken) };
}

/** A stream that is known to flow: its first event has come. Answers what comes next. */
async function following(
  headers: Readonly<Record<string, string>>,
): Promise<AsyncIterator<StreamedEvent<RunEvent>>> {
  const events = (await EventStream.open<RunEvent>(urlOf(run), headers))[Symbol.asyncIterator]();
  expect((await events.next()).value).toMatchObject({ id: '1' });
  return events;
}

/** What a stream is answered; it is closed again. */
async function attempt(key: string) {
  const stop = new AbortController();
  const headers = { ...bearer(key), accept: 'text/event-stream' };
  const answer = await fetch(urlOf(run), { headers, signal: stop.signal });
  const problem = answer.ok ? null : ((await answer.json()) as { code: string });
  stop.abort();
  return [answer.status, problem?.code ?? null, answer.headers.get('retry-after')];
}

/** More than the buffers of a connection hold. */
async function recordFlood(): Promise<void> {
  const text = 'x'.repeat(60_000);
  const output = Array.from({ length: 160 }, (_, index) =>
    journalEvent(index + 3, 'step.output', { index: 0, stream: 'stdout', text }),
  );
  const events = [connecting(), ...runnerEvents([...aJournal().slice(0, 2), ...output])];
  for (let at = 0; at < events.length; at += 10) await worker.send(run, events.slice(at, at + 10));
}

/** A client that asks for the stream, and then leaves what comes where it is. */
function neverReading(key: string): Socket {
  const { hostname, port, pathname } = new URL(urlOf(run));
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => undefined);
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${key}\r\n\r\n`,
  );
  return socket;
}

const untilOpen = (count: number) => waitFor(`${count} streams are open`, () => streams().size === count);

describeWithRedis('event streams', () => {
  beforeEach(async () => {
    clock = new ManualClock(new Date());
    bench = await DispatchBench.start({ clock });
    worker = await bench.worker();
    run = await bench.runIn('queued', await bench.deploy());
  });

  afterEach(() => bench[Symbol.asyncDispose]());

  it('end when their key is revoked, those of its sessions too', async () => {
    const { id, key } = await issueKey();
    const readers = [await following(bearer(key)), await following(await openSession(key))];

    await bench.api.request('DELETE', `/api/v1/keys/${id}`);
    await streams().review();

    for (const reader of readers) expect(await reader.next()).toMatchObject({ done: true });
  });

  it('end when their key expires', async () => {
    const reader = await following(bearer((await issueKey()).key));

    clock.advanceMs(KEY_LIFE_MS);
    await streams().review();

    expect(await reader.next()).toMatchObject({ done: true });
  });

  it('end when their session does, but not those of its key', async () => {
    const { key } = await issueKey();
    const session = await openSession(key);
    const ofSession = await following(session);
    const ofKey = await following(bearer(key));

    await bench.api.request('DELETE', '/api/v1/session', { key: null, headers: session });
    await streams().review();

    expect(await ofSession.next()).toMatchObject({ done: true });
    expect(streams().size).toBe(1);
    await ofKey.return?.();
  });

  it('end after a quarter of an hour, and are resumed without gap or repetition', async () => {
    const reader = await following(bearer(bench.api.key));
    clock.advanceMs(STREAM_LIFE_MS - 1);
    await streams().review();
    const openBefore = streams().size;

    clock.advanceMs(1);
    await streams().review();
    const end = await reader.next();
    await bench.api.request('POST', `/api/v1/runs/${run.id}/cancel`, { body: {} });
    using resumed = await EventStream.open<RunEvent>(urlOf(run), bearer(bench.api.key), 1);

    expect([openBefore, end.done]).toEqual([1, true]);
    const ids = (await resumed.until(({ type }) => type === 'run.finished')).map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, index) => String(index + 2)));
  });

  it('go on while their access cannot be looked up', async () => {
    const reader = await following(bearer(bench.api.key));
    const authentication = bench.api.running.app.get(AuthenticationService);
    const lookUp = jest.spyOn(authentication, 'byKey').mockRejectedValue(new Error('database is locked'));

    await streams().review();
    const asked = lookUp.mock.calls.length;
    lookUp.mockRestore();

    expect([asked > 0, streams().size]).toEqual([true, 1]);
    await reader.return?.();
  });

  it('are refused to a key that holds too many, and to all when there are too many', async () => {
    const own = (await bench.api.request('GET', '/api/v1/keys')).body.items[0].id as string;
    const hasAccess = () => Promise.resolve(true);
    const hold = (keyId: string, count: number) =>
      Array.from({ length: count }, () => streams().open({ keyId, hasAccess }));
    const { key: other } = await issueKey();

    const places = hold(own, STREAMS_PER_KEY);
    const withOwnFull = [await attempt(bench.api.key), await attempt(other)];
    await untilOpen(STREAMS_PER_KEY);
    for (let key = 0; places.length < STREAMS_IN_ALL; key++) places.push(...hold(`key ${key}`, 250));
    const withAllFull = await attempt(other);
    for (const place of places) place[Symbol.dispose]();

    expect(withOwnFull).toEqual([
      [429, 'too-many-streams', '30'],
      [200, null, null],
    ]);
    expect(withAllFull).toEqual([503, 'streams-exhausted', '30']);
    expect(await attempt(bench.api.key)).toEqual([200, null, null]);
  });

  it('are cut off when their client never reads, and hold neither socket nor place', async () => {
    await recordFlood();
    const server = bench.api.running.app.getHttpServer();
    const usualMs = server.timeout;
    server.setTimeout(1000);

    const socket = neverReading(bench.api.key);
    await untilOpen(1);
    await untilOpen(0);

    expect([usualMs, IDLE_CONNECTION_MS]).toEqual([120_000, 120_000]);
    socket.destroy();
  });

  it('are cut off soon after their access ended when their client never reads', async () => {
    const { id, key } = await issueKey();
    await recordFlood();
    const socket = neverReading(key);
    await untilOpen(1);

    await bench.api.request('DELETE', `/api/v1/keys/${id}`);
    await streams().review();

    expect(await untilOpen(0)).toBe(true);
    socket.destroy();
  });
});
