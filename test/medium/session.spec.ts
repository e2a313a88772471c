import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../src/shared/clock.js';
import { startTestApi, type TestApi, TEST_KEY } from '../harness/api.js';

describe('a session', () => {
  let api: TestApi;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock();
    api = await startTestApi({ clock });
  });

  afterEach(() => api.close());

  const open = async (key = TEST_KEY) => {
    const answer = await api.request('POST', '/api/v1/session', { key: null, body: { key } });
    const cookie = answer.headers.get('set-cookie') ?? '';
    return {
      answer,
      setCookie: cookie,
      cookie: cookie.split(';')[0] ?? '',
      csrf: String(answer.body.csrfToken),
    };
  };

  it('is opened by a key, and its cookie is out of reach for scripts and other sites', async () => {
    const { answer, setCookie } = await open();

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      owner: 'administrator',
      role: 'administrator',
      expiresAt: '2026-01-01T12:00:00.000Z',
    });
    expect(setCookie).toMatch(/^winch_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    expect(answer.text).not.toContain(setCookie.split(/[=;]/)[1]);
  });

  it('is marked Secure when a proxy on this machine took it over TLS', async () => {
    const answer = await api.request('POST', '/api/v1/session', {
      key: null,
      body: { key: TEST_KEY },
      headers: { 'x-forwarded-proto': 'https' },
    });

    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('is refused to a wrong key', async () => {
    const { answer } = await open(`winch_test_${'f'.repeat(32)}`);

    expect([answer.status, answer.body.code]).toEqual([401, 'not-authenticated']);
  });

  it('reads with the cookie alone, and changes only with the CSRF token', async () => {
    const { cookie, csrf } = await open();
    const change = (headers: Record<string, string>) =>
      api.request('POST', '/api/v1/assets', {
        key: null,
        headers: { cookie, ...headers },
        body: { name: 'PC-1' },
      });

    const read = await api.request('GET', '/api/v1/assets', { key: null, headers: { cookie } });
    const without = await change({});
    const wrong = await change({ 'x-csrf-token': `${csrf.slice(0, -1)}_` });
    const right = await change({ 'x-csrf-token': csrf });

    expect(read.status).toBe(200);
    expect([without.status, without.body.code]).toEqual([403, 'csrf-token-wrong']);
    expect(wrong.status).toBe(403);
    expect(right.status).toBe(201);
  });

  it('tells its CSRF token again to a page that was reloaded', async () => {
    const { cookie, csrf } = await open();

    const answer = await api.request('GET', '/api/v1/session', { key: null, headers: { cookie } });

    expect(answer.body.csrfToken).toBe(csrf);
  });

  it('ends on DELETE', async () => {
    const { cookie, csrf } = await open();

    const ended = await api.request('DELETE', '/api/v1/session', {
      key: null,
      headers: { cookie, 'x-csrf-token': csrf },
    });
    const after = await api.request('GET', '/api/v1/assets', { key: null, headers: { cookie } });

    expect(ended.status).toBe(204);
    expect(ended.headers.get('set-cookie')).toMatch(/^winch_session=; .*Expires=Thu, 01 Jan 1970/);
    expect(after.status).toBe(401);
  });

  it('ends after twelve hours', async () => {
    const { cookie } = await open();

    clock.advanceMs(12 * 3_600_000);
    const after = await api.request('GET', '/api/v1/assets', { key: null, headers: { cookie } });

    expect(after.status).toBe(401);
  });

  it('ends with its key', async () => {
    const key = (
      await api.request('POST', '/api/v1/keys', { body: { name: 'k', owner: 'o', role: 'viewer' } })
    ).body;
    const { cookie } = await open(key.key);

    await api.request('DELETE', `/api/v1/keys/${key.id}`);
    const after = await api.request('GET', '/api/v1/assets', { key: null, headers: { cookie } });

    expect(after.status).toBe(401);
  });
});
