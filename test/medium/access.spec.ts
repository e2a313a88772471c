import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi } from '../harness/api.js';

describe('access', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });

  afterAll(() => api.close());

  const issue = async (role: string) =>
    (await api.request('POST', '/api/v1/keys', { body: { name: `a ${role}`, owner: 'alice', role } })).body;

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

  it('lets a role do what it reaches and answers 403 beyond it', async () => {
    const author = await issue('author');

    const answer = await api.request('GET', '/api/v1/keys', { key: author.key });

    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe('role-too-low');
  });
});
