import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IdempotencyStore } from '../../src/access/persistence/idempotency-store.js';
import { ManualClock } from '../../src/shared/clock.js';
import { startTestApi, type TestApi } from '../harness/api.js';

const DAY_MS = 86_400_000;

describe('an idempotency key', () => {
  let folder: string;
  let clock: ManualClock;
  let api: TestApi;
  const masterKey = Buffer.alloc(32, 7);

  const start = async () => {
    api = await startTestApi({ clock, config: { dataDir: folder, masterKey } });
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'winch-idempotency-'));
    clock = new ManualClock();
    await start();
  });

  afterEach(async () => {
    await api.close();
    rmSync(folder, { recursive: true });
  });

  const post = (body: object, key = 'key-1', options: { path?: string; as?: string } = {}) =>
    api.request('POST', options.path ?? '/api/v1/assets', {
      body,
      headers: { 'idempotency-key': key },
      ...(options.as === undefined ? {} : { key: options.as }),
    });
  const count = async () => (await api.request('GET', '/api/v1/assets')).body.items.length;

  it('answers the first answer again, status, headers and body', async () => {
    const first = await post({ name: 'PC-1' });
    const second = await post({ name: 'PC-1' });

    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.status).toBe(201);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.body).toEqual(first.body);
    expect(await count()).toBe(1);
  });

  it('is refused with another body', async () => {
    await post({ name: 'PC-1' });

    const answer = await post({ name: 'PC-2' });

    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await count()).toBe(1);
  });

  it('makes one thing of ten requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post({ name: 'PC-1' })));

    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(9);
  });

  it('may be used again after a request that was refused', async () => {
    const refused = await post({ name: 'PC 1' });

    const corrected = await post({ name: 'PC-1' });

    expect([refused.status, corrected.status]).toEqual([422, 201]);
  });

  it('belongs to one caller and one path', async () => {
    const { key } = (
      await api.request('POST', '/api/v1/keys', { body: { name: 'k', owner: 'o', role: 'administrator' } })
    ).body;
    const file = { name: 'P', steps: [{ name: 'One', type: 'command', command: 'echo 1' }] };

    const first = await post({ name: 'PC-1' });
    const otherPath = await post(file, 'key-1', { path: '/api/v1/packages' });
    const otherCaller = await post({ name: 'PC-2' }, 'key-1', { as: key });

    expect([first.status, otherPath.status, otherCaller.status]).toEqual([201, 201, 201]);
  });

  it('is kept over a restart, for seven days', async () => {
    const first = await post({ name: 'PC-1' });
    await api.close();
    await start();

    const replayed = await post({ name: 'PC-1' });
    clock.advanceMs(7 * DAY_MS);
    const later = await post({ name: 'PC-1' });

    expect(replayed.body).toEqual(first.body);
    expect([later.status, later.body.code]).toEqual([422, 'duplicate-name']);
  });

  it('does nothing twice when the server ends between the commit and the answer', async () => {
    const store = api.running.app.get(IdempotencyStore);
    const keepAnswer = store.keepAnswer.bind(store);
    store.keepAnswer = async () => {
      throw new Error('the process ended here');
    };
    const interrupted = await post({ name: 'PC-1' });
    store.keepAnswer = keepAnswer;

    const repeated = await post({ name: 'PC-1' });
    const made = (await api.request('GET', '/api/v1/assets')).body.items;

    expect(interrupted.status).toBe(500);
    expect([repeated.status, repeated.body.code]).toEqual([409, 'idempotency-answer-lost']);
    expect(made).toHaveLength(1);
    expect(repeated.body.detail).toContain(made[0].id);
  });
});
