import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi } from '../harness/api.js';

describe('/groups', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
    const asset = (name: string, fields: object = {}) =>
      api.request('POST', '/api/v1/assets', { body: { name, ...fields } });
    await asset('PC-1', { tags: ['pilot'], attributes: { room: 'B-204' } });
    await asset('PC-2', { tags: ['pilot', 'finance'] });
    await asset('SRV-1', { tags: ['server'] });
    await asset('PC-OLD', { tags: ['pilot'], state: 'retired' });
  });

  afterAll(() => api.close());

  const create = (body: object) => api.request('POST', '/api/v1/groups', { body });
  const namesIn = async (id: string, query = '') => {
    const { body } = await api.request('GET', `/api/v1/groups/${id}/assets${query}`);
    return body.items.map((asset: { name: string }) => asset.name);
  };

  it('keeps the members of a static group by name or id, each once', async () => {
    const { body: assets } = await api.request('GET', '/api/v1/assets?name=srv-1');
    const answer = await create({
      name: 'By hand',
      kind: 'static',
      members: ['pc-1', assets.items[0].id, 'SRV-1', 'PC-OLD'],
    });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/api/v1/groups/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      name: 'By hand',
      description: '',
      kind: 'static',
      filter: null,
      sentence: null,
      assetCount: 2,
    });
    expect(answer.body.members).toHaveLength(3);
    expect(await namesIn(answer.body.id)).toEqual(['PC-1', 'SRV-1']);
  });

  it('asks a dynamic group anew each time', async () => {
    const group = await create({ name: 'Labs', kind: 'dynamic', filter: { tags: 'lab' } });
    const before = await namesIn(group.body.id);
    await api.request('POST', '/api/v1/assets', { body: { name: 'LAB-1', tags: ['lab'] } });

    expect(before).toEqual([]);
    expect(await namesIn(group.body.id)).toEqual(['LAB-1']);
    expect((await api.request('GET', `/api/v1/groups/${group.body.id}`)).body).toMatchObject({
      sentence: 'Assets of which a tag is "lab"',
      members: null,
      assetCount: 1,
    });
  });

  it('pages through a group without losing one', async () => {
    const { body: group } = await create({ name: 'Two', kind: 'dynamic', filter: { tags: 'pilot' } });
    const first = await api.request('GET', `/api/v1/groups/${group.id}/assets?limit=1`);

    expect(first.body.items.map((asset: { name: string }) => asset.name)).toEqual(['PC-1']);
    expect(await namesIn(group.id, `?limit=1&cursor=${first.body.nextCursor}`)).toEqual(['PC-2']);
  });

  it('says what a filter finds before a group is made of it', async () => {
    const answer = await api.request('POST', '/api/v1/groups/preview', {
      body: { filter: { tags: ['pilot', 'server'], not: { attributes: { room: 'b-204' } } } },
    });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        count: 2,
        names: ['PC-2', 'SRV-1'],
        sentence:
          'Assets of which a tag is "pilot" or "server" and (it is not true that the attribute room is "b-204")',
      },
    });
  });

  it('lists assets by the same filter', async () => {
    const filter = encodeURIComponent('{"name":{"like":"pc-*"},"state":"retired"}');
    const { body } = await api.request('GET', `/api/v1/assets?filter=${filter}`);

    expect(body.items.map((asset: { name: string }) => asset.name)).toEqual(['PC-OLD']);
  });

  it('replaces a group only for those who saw its last state', async () => {
    const made = await create({ name: 'Moving', kind: 'static', members: ['PC-1'] });
    const path = `/api/v1/groups/${made.body.id}`;
    const body = { name: 'Moving', kind: 'dynamic', filter: { name: 'SRV-1' } };

    const blind = await api.request('PUT', path, { body });
    const stale = await api.request('PUT', path, { body, headers: { 'If-Match': '"old"' } });
    const etag = made.headers.get('etag') ?? '';
    const seen = await api.request('PUT', path, { body, headers: { 'If-Match': etag } });

    expect([blind.status, stale.status, seen.status]).toEqual([428, 412, 200]);
    expect(seen.body).toMatchObject({ kind: 'dynamic', members: null, assetCount: 1 });
    expect(await namesIn(made.body.id)).toEqual(['SRV-1']);
  });

  it('removes a group and leaves its assets', async () => {
    const made = await create({ name: 'Gone soon', kind: 'static', members: ['PC-1'] });
    const path = `/api/v1/groups/${made.body.id}`;

    const removed = await api.request('DELETE', path, {
      headers: { 'If-Match': made.headers.get('etag') ?? '' },
    });

    expect(removed.status).toBe(204);
    expect((await api.request('GET', path)).status).toBe(404);
    expect((await api.request('GET', '/api/v1/assets?name=PC-1')).body.items).toHaveLength(1);
  });

  it.each<[string, object, readonly string[]]>([
    ['no kind', { name: 'x' }, ['/kind missing-field']],
    ['no filter', { name: 'x', kind: 'dynamic' }, ['/filter missing-field']],
    [
      'members of a dynamic group',
      { name: 'x', kind: 'dynamic', filter: { name: 'a' }, members: [] },
      ['/members not-allowed'],
    ],
    [
      'a filter of a static group, and members that are not there',
      { name: 'x', kind: 'static', filter: { nmae: 'a' }, members: ['PC-1', 'nobody'] },
      ['/filter not-allowed', '/filter/nmae unknown-field', '/members/1 not-found'],
    ],
    ['a name that is taken', { name: 'by HAND', kind: 'static' }, ['/name duplicate-name']],
  ])('refuses %s', async (_, body, faults) => {
    const answer = await create(body);

    expect(answer.status).toBe(422);
    expect(
      answer.body.errors.map((each: { pointer: string; code: string }) => `${each.pointer} ${each.code}`),
    ).toEqual(faults);
  });

  it.each([
    ['text that is not JSON', 'name=x', '/filter'],
    ['an unknown field', '{"x":1}', '/filter/x'],
  ])('refuses a list filter that is %s', async (_, filter, pointer) => {
    const answer = await api.request('GET', `/api/v1/assets?filter=${encodeURIComponent(filter)}`);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-query', errors: [{ pointer }] } });
  });
});
