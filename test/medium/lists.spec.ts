import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi } from '../harness/api.js';

describe('a list', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
    for (const letter of 'bdfhj') await add(letter);
  });

  afterAll(() => api.close());

  const add = (name: string, tags: string[] = ['letter']) =>
    api.request('POST', '/api/v1/assets', { body: { name, tags, address: 'same.example' } });
  const page = async (query: string) => (await api.request('GET', `/api/v1/assets?tag=letter&${query}`)).body;
  const names = (body: { items: { name: string }[] }) => body.items.map((item) => item.name);

  it('ends with a null cursor when everything fits', async () => {
    const body = await page('limit=5');

    expect(names(body)).toEqual(['b', 'd', 'f', 'h', 'j']);
    expect(body.nextCursor).toBeNull();
  });

  it.each([
    ['sort=name', ['b', 'd', 'f', 'h', 'j']],
    ['sort=-name', ['j', 'h', 'f', 'd', 'b']],
    ['sort=-createdAt', ['j', 'h', 'f', 'd', 'b']],
    // All have the same address: their ids decide.
    ['sort=address', ['b', 'd', 'f', 'h', 'j']],
  ])('walks all pages with %s, each item once', async (sort, expected) => {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 10; pages++) {
      const body: { items: { name: string }[]; nextCursor: string | null } = await page(
        `${sort}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...names(body));
      cursor = body.nextCursor;
    }

    expect(seen).toEqual(expected);
  });

  it('neither repeats nor loses an item when others come and go between two pages', async () => {
    const first = await page('limit=2');
    await add('a');
    await add('c');
    await add('g');
    const { items } = await page('q=d');
    await api.request('DELETE', `/api/v1/assets/${items[0].id}`);

    const second = await page(`limit=10&cursor=${first.nextCursor}`);

    expect(names(first)).toEqual(['b', 'd']);
    expect(names(second)).toEqual(['f', 'g', 'h', 'j']);
  });

  it('refuses a cursor with another order than it came from', async () => {
    const first = await page('limit=1');

    const answer = await api.request('GET', `/api/v1/assets?sort=-name&cursor=${first.nextCursor}`);

    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-query']);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/cursor' })]);
  });
});
