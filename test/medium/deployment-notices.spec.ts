import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connecting, DispatchBench, finished, type TestWorker } from '../harness/dispatch.js';
import { journalEvent, runnerEvents } from '../harness/builders/job.js';
import { describeWithRedis } from '../harness/redis.js';
import { isGenuine, WebhookReceiver } from '../harness/webhook-receiver.js';

const TICKET = { system: 'servicenow', id: 'CHG0031337' };
const STARTED = {
  runnerVersion: '1',
  powershellVersion: '5.1',
  bootId: 'boot-1',
  account: 'NT AUTHORITY\\SYSTEM',
  computerName: 'PC-1',
  pid: 4711,
};

describeWithRedis('what webhooks are told of a deployment', () => {
  let bench: DispatchBench;
  let worker: TestWorker;

  beforeAll(async () => {
    bench = await DispatchBench.start({ assets: 2 });
    worker = await bench.worker();
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const register = async (url: string, events: readonly string[]) =>
    (await bench.create('/webhooks', { name: url, url, events })) as { id: string; secret: string };

  async function end(id: string, asset: string, outcome: 'succeeded' | 'failed'): Promise<void> {
    await worker.send(await bench.runIn('queued', id, asset), [
      connecting(),
      ...runnerEvents([journalEvent(1, 'run.started', STARTED)]),
      finished(2, outcome),
    ]);
  }

  it('is each start and end, in order, once', async () => {
    await using receiver = await WebhookReceiver.start();
    const webhook = await register(receiver.url, [
      'deployment.started',
      'deployment.finished',
      'run.finished',
    ]);
    const id = await bench.deploy(bench.assets, { ticket: TICKET });

    await end(id, 'PC-1', 'succeeded');
    await end(id, 'PC-2', 'failed');

    const messages = await receiver.messages(4);
    const about = messages.map(({ json }) => [json.type, json.data.run?.asset.name ?? null]);
    expect(about).toEqual([
      ['deployment.started', null],
      ['run.finished', 'PC-1'],
      ['run.finished', 'PC-2'],
      ['deployment.finished', null],
    ]);
    expect(messages[3]?.json.data.deployment).toMatchObject({
      id,
      package: 'Hello',
      state: 'finished',
      ticket: TICKET,
      counts: { total: 2, byState: { finished: 2 }, byOutcome: { succeeded: 1, failed: 1 } },
    });
    expect(messages.every((message) => isGenuine(message, webhook.secret, new Date()))).toBe(true);
    expect(messages.map(({ body }) => body).join()).not.toContain('pl4nted-Secret');
    await bench.api.request('DELETE', `/api/v1/webhooks/${webhook.id}`);
  });

  it('is one signed call to the callback, though nothing is subscribed to', async () => {
    await using receiver = await WebhookReceiver.start();
    const webhook = await register(receiver.url, []);
    const callbackUrl = `${receiver.url}/done?ticket=CHG0031337`;
    const other = await bench.deploy(['PC-2']);
    const id = await bench.deploy(['PC-1'], { ticket: TICKET, callbackUrl });

    await end(other, 'PC-2', 'succeeded');
    await end(id, 'PC-1', 'succeeded');

    const [message] = await receiver.messages(1);
    await bench.create(`/webhooks/${webhook.id}/ping`, {});
    const both = await receiver.messages(2);
    expect(message?.path).toBe('/hook/done?ticket=CHG0031337');
    expect(message?.json).toMatchObject({ type: 'deployment.finished', data: { deployment: { id } } });
    expect(message && isGenuine(message, webhook.secret, new Date())).toBe(true);
    expect(both.map(({ json }) => json.type)).toEqual(['deployment.finished', 'ping']);
    await bench.api.request('DELETE', `/api/v1/webhooks/${webhook.id}`);
  });

  it('comes once to a subscriber that is the callback as well', async () => {
    await using receiver = await WebhookReceiver.start();
    const webhook = await register(receiver.url, ['deployment.finished']);
    const id = await bench.deploy(['PC-1'], { callbackUrl: receiver.url });

    await bench.api.request('POST', `/api/v1/deployments/${id}/cancel`);

    await receiver.messages(1);
    await bench.create(`/webhooks/${webhook.id}/ping`, {});
    const types = (await receiver.messages(2)).map(({ json }) => json.type);
    expect(types).toEqual(['deployment.finished', 'ping']);
    await bench.api.request('DELETE', `/api/v1/webhooks/${webhook.id}`);
  });

  it('goes to no address that no webhook covers', async () => {
    const body = {
      package: 'Hello',
      parameters: { TOKEN: 'pl4nted-Secret' },
      targets: { assets: ['PC-1'] },
      callbackUrl: 'https://elsewhere.example/hook',
    };

    const answer = await bench.api.request('POST', '/api/v1/deployments', { body });

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer: '/callbackUrl', code: 'not-allowed' }]);
  });
});

describeWithRedis('a deployment that ends while Winch stops', () => {
  it('is told of after the next start, once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'winch-notices-'));
    await using closing = new AsyncDisposableStack();
    closing.defer(() => rmSync(folder, { recursive: true }));
    const config = { dataDir: folder, masterKey: randomBytes(32) };
    await using receiver = await WebhookReceiver.start();
    const before = await DispatchBench.start({ config });
    const body = { name: 'ITSM', url: receiver.url, events: ['deployment.finished'] };
    await before.create('/webhooks', body);
    const id = await before.deploy();
    await before.api.request('POST', `/api/v1/deployments/${id}/cancel`);
    await before[Symbol.asyncDispose]();

    await using after = await DispatchBench.start({ config, isFurnished: true });

    const [message] = await receiver.messages(1);
    const { items } = (await after.api.request('GET', '/api/v1/webhooks')).body;
    await after.create(`/webhooks/${items[0].id}/ping`, {});
    const types = (await receiver.messages(2)).map(({ json }) => json.type);
    expect(message?.json.data.deployment.id).toBe(id);
    expect(types).toEqual(['deployment.finished', 'ping']);
  });
});
