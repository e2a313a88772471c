import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi } from '../harness/api.js';

describe('/assets', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });

  afterAll(() => api.close());

  const create = (body: object) => api.request('POST', '/api/v1/assets', { body });

  it('registers an asset with the defaults of the contract', async () => {
    const answer = await create({ name: 'PC-0001' });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/api/v1/assets/${answer.body.id}`);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'PC-0001',
      address: 'PC-0001',
      port: 5986,
      transport: 'https',
      tlsVerify: 'full',
      tlsFingerprint: null,
      authentication: 'negotiate',
      mac: null,
      tags: [],
      attributes: {},
      state: 'active',
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: answer.body.createdAt,
      os: null,
      domain: null,
      loggedOnUsers: [],
      rebootPending: null,
      bootedAt: null,
      lastScanAt: null,
      lastSeenAt: null,
    });
  });

  it('normalises what may be written in several ways', async () => {
    const answer = await create({
      name: 'PC-0002',
      address: '2001:db8::1',
      tlsVerify: 'fingerprint',
      tlsFingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
      mac: '00-1A-2B-3C-4D-5E',
      tags: ['pilot', 'pilot'],
    });

    expect(answer.body).toMatchObject({
      address: '2001:db8::1',
      tlsFingerprint: 'ab'.repeat(32),
      mac: '00:1a:2b:3c:4d:5e',
      tags: ['pilot'],
    });
  });

  it('takes the port along when the transport changes, unless it was chosen', async () => {
    const standard = await create({ name: 'PC-0003' });
    const chosen = await create({ name: 'PC-0004', port: 15986 });

    const first = await api.request('PATCH', `/api/v1/assets/${standard.body.id}`, {
      body: { transport: 'http' },
    });
    const second = await api.request('PATCH', `/api/v1/assets/${chosen.body.id}`, {
      body: { transport: 'http' },
    });

    expect(first.body).toMatchObject({ transport: 'http', port: 5985 });
    expect(second.body).toMatchObject({ transport: 'http', port: 15986 });
  });

  it('refuses a name that is taken in another case', async () => {
    await create({ name: 'Kiosk' });

    const answer = await create({ name: 'KIOSK' });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'duplicate-name',
      errors: [{ pointer: '/name', code: 'duplicate-name' }],
    });
  });

  it('keeps names of metacharacters as they are', async () => {
    const name = `Robert'); DROP TABLE asset;-- <b>&amp;</b> $(rm) \`x\` %PATH% \${y}`;

    const made = await create({ name, address: 'pc-robert' });
    const list = await api.request('GET', `/api/v1/assets?name=${encodeURIComponent(name)}`);

    expect(made.status).toBe(201);
    expect(list.body.items.map((asset: { name: string }) => asset.name)).toEqual([name]);
  });

  it('replaces with PUT what PATCH leaves alone', async () => {
    const { body } = await create({ name: 'PC-0005', tags: ['old'], mac: '001a2b3c4d5e' });

    const patched = await api.request('PATCH', `/api/v1/assets/${body.id}`, {
      body: { attributes: { room: 'B' } },
    });
    const put = await api.request('PUT', `/api/v1/assets/${body.id}`, { body: { name: 'PC-0005b' } });

    expect(patched.body).toMatchObject({
      tags: ['old'],
      mac: '00:1a:2b:3c:4d:5e',
      attributes: { room: 'B' },
    });
    expect(put.body).toMatchObject({ id: body.id, name: 'PC-0005b', tags: [], mac: null, attributes: {} });
  });

  it('lists by filter, search and order', async () => {
    await create({ name: 'Zoo-1', tags: ['zoo', 'a"b'], transport: 'http' });
    await create({ name: 'Zoo-2', tags: ['zoo'] });
    await create({ name: 'Zoo-3%', address: 'zoo-3', tags: ['zoology'], state: 'retired' });
    const names = async (query: string) =>
      (await api.request('GET', `/api/v1/assets?${query}`)).body.items.map(
        (asset: { name: string }) => asset.name,
      );

    expect(await names('tag=zoo&sort=-name')).toEqual(['Zoo-2', 'Zoo-1']);
    expect(await names('tag=zoo&transport=http')).toEqual(['Zoo-1']);
    expect(await names(`tag=${encodeURIComponent('a"b')}`)).toEqual(['Zoo-1']);
    expect(await names('q=zoo-')).toEqual(['Zoo-1', 'Zoo-2', 'Zoo-3%']);
    expect(await names('q=%25')).toContain('Zoo-3%');
    expect(await names('q=zoo&state=retired')).toEqual(['Zoo-3%']);
  });

  it('refuses a change or removal of what the client has not seen, when it says what it saw', async () => {
    const made = await create({ name: 'PC-0008' });
    const path = `/api/v1/assets/${made.body.id}`;
    const seen = { 'if-match': made.headers.get('etag') ?? '' };
    const stale = { 'if-match': '"2001-01-01T00:00:00.000Z"' };

    const refused = [
      await api.request('PATCH', path, { body: { tags: ['a'] }, headers: stale }),
      await api.request('PUT', path, { body: { name: 'PC-0008' }, headers: stale }),
      await api.request('DELETE', path, { headers: stale }),
    ];
    const changed = await api.request('PATCH', path, { body: { tags: ['a'] }, headers: seen });

    expect(refused.map((answer) => answer.status)).toEqual([412, 412, 412]);
    expect(changed.status).toBe(200);
  });

  it('removes an asset that nothing refers to', async () => {
    const { body } = await create({ name: 'PC-0006' });

    const removed = await api.request('DELETE', `/api/v1/assets/${body.id}`);
    const read = await api.request('GET', `/api/v1/assets/${body.id}`);

    expect(removed.status).toBe(204);
    expect(read.status).toBe(404);
    expect(read.body.code).toBe('not-found');
  });

  it('retires an asset that something refers to', async () => {
    const { AssetsService } = await import('../../src/assets/assets.service.js');
    const { body } = await create({ name: 'PC-0007' });
    api.running.app.get(AssetsService).addUse(async (id) => id === body.id);

    await api.request('DELETE', `/api/v1/assets/${body.id}`);
    const read = await api.request('GET', `/api/v1/assets/${body.id}`);

    expect(read.body.state).toBe('retired');
  });
});
