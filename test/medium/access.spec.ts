import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../src/shared/clock.js';
import { startTestApi, type TestApi, TEST_KEY } from '../harness/api.js';

const HOUR_MS = 3_600_000;

describe('access by key', () => {
  let api: TestApi;
  const clock = new ManualClock();

  beforeAll(async () => {
    api = await startTestApi({ clock });
  });

  afterAll(() => api.close());

  const issue = async (role: string, changes: object = {}) =>
    (
      await api.request('POST', '/api/v1/keys', {
        body: { name: `a ${role}`, owner: 'alice', role, ...changes },
      })
    ).body;

  it('answers 401 with a challenge to a request without a key', async () => {
    const answer = await api.request('GET', '/api/v1/keys', { key: null });

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="Winch"');
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({ status: 401, code: 'not-authenticated', instance: '/api/v1/keys' });
  });

  it('shows a new key once and never again', async () => {
    const made = await issue('operator');

    const read = await api.request('GET', `/api/v1/keys/${made.id}`);

    expect(made.key).toMatch(/^winch_[a-z0-9]{12}_[\w-]{43}$/);
    expect(read.body).toMatchObject({ id: made.id, role: 'operator', owner: 'alice', revokedAt: null });
    expect(read.text).not.toContain(made.key.slice(20));
  });

  it('gives a key a year unless its expiry is said, and refuses it afterwards', async () => {
    const made = await issue('viewer');
    const short = await issue('viewer', { expiresAt: '2026-01-01T01:00:00+00:30' });
    const before = await api.request('GET', '/api/v1/assets', { key: short.key });

    clock.advanceMs(HOUR_MS);
    const after = await api.request('GET', '/api/v1/assets', { key: short.key });

    expect(made.expiresAt).toBe('2027-01-01T00:00:00.000Z');
    expect(short.expiresAt).toBe('2026-01-01T00:30:00.000Z');
    expect([before.status, after.status]).toEqual([200, 401]);
  });

  it('notes the last use of a key, to a quarter of an hour', async () => {
    const made = await issue('viewer');
    const lastUse = async () => (await api.request('GET', `/api/v1/keys/${made.id}`)).body.lastUsedAt;
    const use = () => api.request('GET', '/api/v1/assets', { key: made.key });

    const unused = await lastUse();
    await use();
    const first = await lastUse();
    clock.advanceMs(60_000);
    await use();
    const soon = await lastUse();
    clock.advanceMs(15 * 60_000);
    await use();
    const later = await lastUse();

    expect(unused).toBeNull();
    expect(soon).toBe(first);
    expect(Date.parse(later) - Date.parse(first)).toBe(16 * 60_000);
  });

  it('refuses a revoked key at once and keeps it in the list', async () => {
    const made = await issue('viewer');

    const revoked = await api.request('DELETE', `/api/v1/keys/${made.id}`);
    const used = await api.request('GET', '/api/v1/assets', { key: made.key });
    const read = await api.request('GET', `/api/v1/keys/${made.id}`);

    expect(revoked.status).toBe(204);
    expect(used.status).toBe(401);
    expect(read.body.revokedAt).toBe(clock.now().toISOString());
  });

  it("does not revoke the last administrator's key", async () => {
    const list = await api.request('GET', '/api/v1/keys');
    const own = list.body.items.find((key: { prefix: string }) => key.prefix === 'test');

    const answer = await api.request('DELETE', `/api/v1/keys/${own.id}`);

    expect([answer.status, answer.body.code]).toEqual([409, 'last-administrator']);
  });
});

describe('the roles', () => {
  let api: TestApi;
  const keys: Record<string, string> = { administrator: TEST_KEY };
  const ids = { asset: '', package: '' };

  beforeAll(async () => {
    api = await startTestApi();
    for (const role of ['viewer', 'operator', 'author']) {
      keys[role] = (
        await api.request('POST', '/api/v1/keys', { body: { name: role, owner: 'bob', role } })
      ).body.key;
    }
    ids.asset = (await api.request('POST', '/api/v1/assets', { body: { name: 'PC-1' } })).body.id;
    ids.package = (await api.request('POST', '/api/v1/packages', { body: packageFile('Existing') })).body.id;
  });

  afterAll(() => api.close());

  const packageFile = (name: string) => ({
    name,
    steps: [{ name: 'One', type: 'command', command: 'echo 1' }],
  });

  it.each([
    ['GET', '/api/v1/assets', undefined, 'viewer'],
    ['GET', '/api/v1/assets/:asset', undefined, 'viewer'],
    ['GET', '/api/v1/packages', undefined, 'viewer'],
    ['GET', '/api/v1/packages/:package/export', undefined, 'viewer'],
    ['POST', '/api/v1/packages/validate', {}, 'viewer'],
    ['GET', '/metrics', undefined, 'viewer'],
    ['POST', '/api/v1/packages/:package/duplicate', {}, 'author'],
    ['POST', '/api/v1/packages', {}, 'author'],
    ['POST', '/api/v1/packages/import', {}, 'author'],
    ['PUT', '/api/v1/packages/:package', {}, 'author'],
    ['DELETE', '/api/v1/packages/:package', undefined, 'author'],
    [
      'PATCH',
      '/api/v1/assets/:asset',
      { tags: ['x'], attributes: { a: 'b' }, mac: null, state: 'active' },
      'author',
    ],
    ['PATCH', '/api/v1/assets/:asset', { address: '10.0.0.1' }, 'administrator'],
    ['PATCH', '/api/v1/assets/:asset', { port: 5986 }, 'administrator'],
    ['PATCH', '/api/v1/assets/:asset', { transport: 'https' }, 'administrator'],
    ['PATCH', '/api/v1/assets/:asset', { tlsVerify: 'full' }, 'administrator'],
    ['PATCH', '/api/v1/assets/:asset', { tlsFingerprint: null }, 'administrator'],
    ['PATCH', '/api/v1/assets/:asset', { authentication: 'negotiate' }, 'administrator'],
    ['PATCH', '/api/v1/assets/:asset', { name: 'PC-1' }, 'administrator'],
    ['PUT', '/api/v1/assets/:asset', { name: 'PC-1' }, 'administrator'],
    ['POST', '/api/v1/assets', {}, 'administrator'],
    ['GET', '/api/v1/credentials', undefined, 'administrator'],
    ['POST', '/api/v1/credentials', {}, 'administrator'],
    ['PATCH', '/api/v1/credentials/x', {}, 'administrator'],
    ['DELETE', '/api/v1/credentials/x', undefined, 'administrator'],
    ['GET', '/api/v1/shares', undefined, 'administrator'],
    ['POST', '/api/v1/shares', {}, 'administrator'],
    ['PATCH', '/api/v1/shares/x', {}, 'administrator'],
    ['DELETE', '/api/v1/shares/x', undefined, 'administrator'],
    ['GET', '/api/v1/keys', undefined, 'administrator'],
    ['POST', '/api/v1/keys', {}, 'administrator'],
    ['DELETE', '/api/v1/keys/x', undefined, 'administrator'],
  ])('let %s %s with %j be called from %s up', async (method, path, body, needed) => {
    const target = path.replace(':asset', ids.asset).replace(':package', ids.package);
    const roles = ['viewer', 'operator', 'author', 'administrator'];

    const statuses: string[] = [];
    for (const role of roles) {
      const { status } = await api.request(method, target, { key: keys[role] ?? null, body });
      statuses.push(`${role} ${status === 403 ? 'refused' : 'let in'}`);
    }

    expect(statuses).toEqual(
      roles.map((role) => `${role} ${roles.indexOf(role) < roles.indexOf(needed) ? 'refused' : 'let in'}`),
    );
  });
});

describe('the first start', () => {
  it('makes one administrator key, and none at the second start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'winch-first-'));
    try {
      const config = { dataDir: folder, bootstrapApiKey: undefined };
      const first = await startTestApi({ config });
      const key = first.running.firstKey ?? '';
      const let1 = await first.request('GET', '/api/v1/keys', { key });
      await first.close();
      const second = await startTestApi({ config });
      const let2 = await second.request('GET', '/api/v1/keys', { key });
      await second.close();

      expect(key).toMatch(/^winch_[a-z0-9]{12}_[\w-]{43}$/);
      expect(second.running.firstKey).toBeUndefined();
      expect([let1.status, let2.status]).toEqual([200, 200]);
      expect(let2.body.items).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes the configured key, again after another secret was configured', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'winch-first-'));
    const newKey = `winch_test_${'n'.repeat(32)}`;
    try {
      await (await startTestApi({ config: { dataDir: folder } })).close();
      const second = await startTestApi({ config: { dataDir: folder, bootstrapApiKey: newKey } });
      const withOld = await second.request('GET', '/api/v1/keys');
      const withNew = await second.request('GET', '/api/v1/keys', { key: newKey });
      await second.close();

      expect([withOld.status, withNew.status]).toEqual([401, 200]);
      expect(withNew.body.items).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
