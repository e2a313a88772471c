import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../src/shared/clock.js';
import type { DeliveryView } from '../../src/webhooks/api/deliveries.dto.js';
import { startTestApi, type TestApi } from '../harness/api.js';
import { waitFor } from '../harness/wait-for.js';
import { isGenuine, status, WebhookReceiver } from '../harness/webhook-receiver.js';

const HOUR_MS = 3_600_000;

describe('/webhooks', () => {
  let clock: ManualClock;
  let api: TestApi;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    clock = new ManualClock('2026-11-24T12:00:00.000Z');
    api = await startTestApi({ clock });
    receiver = await WebhookReceiver.start();
  });

  afterEach(async () => {
    await api.close();
    await receiver[Symbol.asyncDispose]();
  });

  const post = (path: string, body?: object) => api.request('POST', `/api/v1/webhooks${path}`, { body });
  const create = (fields: object = {}) =>
    post('', { name: 'ITSM', url: receiver.url, events: ['deployment.finished'], ...fields });

  async function deliveries(id: string): Promise<readonly DeliveryView[]> {
    return (await api.request('GET', `/api/v1/webhooks/${id}/deliveries?sort=createdAt`)).body.items;
  }

  /** Waits until a delivery is in a state after so many attempts. */
  async function delivery(
    { id, deliveryId }: { id: string; deliveryId: string },
    state: string,
    attempts: number,
  ) {
    return waitFor(`the delivery is ${state} after ${attempts} attempts`, async () => {
      const found = (await deliveries(id)).find((each) => each.id === deliveryId);
      return found?.state === state && found.attempts === attempts && found;
    });
  }

  it('shows its secret once, and never again', async () => {
    const made = await create();
    const path = `/api/v1/webhooks/${made.body.id}`;
    const read = await api.request('GET', path);
    const list = await api.request('GET', '/api/v1/webhooks');
    const changed = await api.request('PATCH', path, { body: { enabled: false } });

    const renewed = await post(`/${made.body.id}/secret`);

    expect([made.status, made.headers.get('location')]).toEqual([201, path]);
    expect(made.body).toMatchObject({ events: ['deployment.finished'], enabled: true });
    expect(made.body.secret).toMatch(/^whsec_/);
    expect(renewed.body.secret).not.toBe(made.body.secret);
    expect(changed.body).toMatchObject({ enabled: false, events: ['deployment.finished'] });
    for (const { text } of [read, list, changed]) expect(text).not.toContain('whsec_');
  });

  it('says every fault at once', async () => {
    const answer = await create({ name: '', events: ['rain'], secret: 'short', more: 1 });
    const address = await create({ url: 'https://169.254.169.254/latest/meta-data' });
    const plain = await create({ url: 'http://itsm.example/hook' });

    const pointers = (body: { errors: { pointer: string }[] }) => body.errors.map(({ pointer }) => pointer);
    expect(pointers(answer.body).toSorted()).toEqual(['/events/0', '/more', '/name', '/secret']);
    expect(pointers(address.body)).toEqual(['/url']);
    expect(address.body.errors[0].detail).toContain('WINCH_WEBHOOK_ALLOW');
    expect(pointers(plain.body)).toEqual(['/url']);
  });

  it('sends a signed ping', async () => {
    const { body: webhook } = await create();

    const answer = await post(`/${webhook.id}/ping`);

    const [message] = await receiver.messages(1);
    const ended = await delivery({ id: webhook.id, deliveryId: answer.body.id }, 'delivered', 1);
    if (!message) throw new Error('No message came');
    expect(answer.status).toBe(202);
    expect(message.headers).toMatchObject({
      'webhook-id': answer.body.id,
      'webhook-timestamp': String(clock.now().getTime() / 1_000),
      'content-type': 'application/json',
    });
    expect(message.json).toMatchObject({ type: 'ping', data: { webhook: { name: 'ITSM' } } });
    expect(isGenuine(message, webhook.secret, clock.now())).toBe(true);
    expect(isGenuine({ ...message, body: `${message.body} ` }, webhook.secret, clock.now())).toBe(false);
    expect(ended).toMatchObject({ lastStatus: 204, lastError: null, finishedAt: '2026-11-24T12:00:00.000Z' });
  });

  it('tries again, under the same id, no sooner than the receiver asks for', async () => {
    receiver.reply(status(503, { 'retry-after': '60' }, 'maintenance'));
    const { body: webhook } = await create();
    const { body: ping } = await post(`/${webhook.id}/ping`);
    const waiting = await delivery({ id: webhook.id, deliveryId: ping.id }, 'pending', 1);
    clock.advanceMs(59_000);
    const other = await post(`/${webhook.id}/ping`);
    clock.advanceMs(1_000);

    const ended = await delivery({ id: webhook.id, deliveryId: ping.id }, 'delivered', 2);
    await delivery({ id: webhook.id, deliveryId: other.body.id }, 'delivered', 1);

    expect(waiting).toMatchObject({
      nextAttemptAt: '2026-11-24T12:01:00.000Z',
      lastStatus: 503,
      lastAnswer: 'maintenance',
    });
    expect(ended.lastAttemptAt).toBe('2026-11-24T12:01:00.000Z');
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
      ping.id,
      ping.id,
      other.body.id,
    ]);
  });

  it('gives a message up after a day, and sends it again on demand', async () => {
    receiver.reply(status(500));
    const { body: webhook } = await create();
    const { body: ping } = await post(`/${webhook.id}/ping`);
    const which = { id: webhook.id, deliveryId: ping.id };
    await delivery(which, 'pending', 1);
    receiver.reply(status(500));
    clock.advanceMs(24 * HOUR_MS);
    const dead = await delivery(which, 'dead', 2);

    const again = await post(`/${webhook.id}/deliveries/${ping.id}/send`);

    const ended = await delivery(which, 'delivered', 1);
    expect([dead.finishedAt, dead.nextAttemptAt]).toEqual(['2026-11-25T12:00:00.000Z', null]);
    expect([again.status, again.body.state]).toEqual([202, 'pending']);
    expect(ended.body).toBe(dead.body);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('follows no redirect', async () => {
    receiver.reply(status(302, { location: `http://127.0.0.1:${receiver.port}/elsewhere` }));
    const { body: webhook } = await create();

    const { body: ping } = await post(`/${webhook.id}/ping`);

    const waiting = await delivery({ id: webhook.id, deliveryId: ping.id }, 'pending', 1);
    expect(waiting.lastStatus).toBe(302);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('keeps the beginning of an answer, however long it is', async () => {
    receiver.reply((response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.writeHead(400).on('drain', more);
      more();
    });
    const { body: webhook } = await create();

    const { body: ping } = await post(`/${webhook.id}/ping`);

    const waiting = await delivery({ id: webhook.id, deliveryId: ping.id }, 'pending', 1);
    expect([waiting.lastStatus, waiting.lastAnswer]).toEqual([400, 'x'.repeat(1_000)]);
  });

  it('does not call a name that leads to its own machine', async () => {
    const { body: webhook } = await create({ url: `https://localhost:${receiver.port}/hook` });

    const { body: ping } = await post(`/${webhook.id}/ping`);

    const waiting = await delivery({ id: webhook.id, deliveryId: ping.id }, 'pending', 1);
    expect(waiting.lastError).toMatch(/is no public address: .* localhost in WINCH_WEBHOOK_ALLOW/);
    expect(receiver.received).toEqual([]);
  });

  it('sends nothing while it is switched off, and what waited once it is on again', async () => {
    receiver.reply(status(500));
    const { body: webhook } = await create();
    const { body: ping } = await post(`/${webhook.id}/ping`);
    await delivery({ id: webhook.id, deliveryId: ping.id }, 'pending', 1);
    const path = `/api/v1/webhooks/${webhook.id}`;
    await api.request('PATCH', path, { body: { enabled: false } });
    clock.advanceMs(HOUR_MS);
    const refused = await post(`/${webhook.id}/ping`);

    await api.request('PATCH', path, { body: { enabled: true } });

    await delivery({ id: webhook.id, deliveryId: ping.id }, 'delivered', 2);
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
  });

  it('does not let a webhook that does not answer hold up another', async () => {
    receiver.reply(() => undefined);
    const { body: silent } = await create();
    await post(`/${silent.id}/ping`);
    await receiver.messages(1);
    await using other = await WebhookReceiver.start();
    const { body: lively } = await create({ name: 'Other', url: other.url });

    const { body: ping } = await post(`/${lively.id}/ping`);

    await delivery({ id: lively.id, deliveryId: ping.id }, 'delivered', 1);
    expect((await deliveries(silent.id))[0]).toMatchObject({ state: 'pending', attempts: 0 });
  });

  it('forgets its deliveries with the webhook', async () => {
    const { body: webhook } = await create();
    await post(`/${webhook.id}/ping`);

    const removed = await api.request('DELETE', `/api/v1/webhooks/${webhook.id}`);

    const list = await api.request('GET', `/api/v1/webhooks/${webhook.id}/deliveries`);
    expect([removed.status, list.status]).toEqual([204, 404]);
  });
});

describe('what is queued for a webhook', () => {
  it('is sent after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'winch-webhooks-'));
    await using closing = new AsyncDisposableStack();
    closing.defer(() => rmSync(folder, { recursive: true }));
    const clock = new ManualClock('2026-11-24T12:00:00.000Z');
    const options = { clock, config: { dataDir: folder, masterKey: randomBytes(32) } };
    await using receiver = await WebhookReceiver.start();
    receiver.reply((response) => void response.socket?.destroy());
    const before = await startTestApi(options);
    const body = { name: 'ITSM', url: receiver.url, events: [] };
    const { body: webhook } = await before.request('POST', '/api/v1/webhooks', { body });
    await before.request('POST', `/api/v1/webhooks/${webhook.id}/ping`);
    await receiver.messages(1);
    await before.close();
    clock.advanceMs(60_000);

    closing.use(await startTestApi(options));

    const [first, second] = await receiver.messages(2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second && isGenuine(second, webhook.secret, clock.now())).toBe(true);
  });
});
