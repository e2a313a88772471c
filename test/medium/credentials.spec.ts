import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AssetsService } from '../../src/assets/assets.service.js';
import { CredentialsService } from '../../src/credentials/credentials.service.js';
import type { AssetId } from '../../src/shared/ids.js';
import { startTestApi, type TestApi } from '../harness/api.js';

const PASSWORD = 'pl4nted-Secret!';

describe('/credentials', () => {
  let api: TestApi;
  const asset: Record<string, AssetId> = {};

  beforeAll(async () => {
    api = await startTestApi();
    for (const name of ['PC-1', 'PC-2']) {
      asset[name] = (await api.request('POST', '/api/v1/assets', { body: { name } })).body.id;
    }
  });

  afterAll(() => api.close());

  const create = (changes: object) =>
    api.request('POST', '/api/v1/credentials', {
      body: { name: 'Any', username: 'EXAMPLE\\winch', password: PASSWORD, scope: { all: true }, ...changes },
    });
  const forAsset = async (name: string) => {
    const { items } = await api.running.app.get(AssetsService).resolve([name]);
    const [found] = items;
    if (!found) throw new Error(`There is no asset ${name}`);
    return api.running.app.get(CredentialsService).forAsset(found);
  };

  it('never answers a password, and keeps none in the clear', async () => {
    const made = await create({ name: 'Planted' });
    const path = `/api/v1/credentials/${made.body.id}`;
    const answers = [
      made,
      await api.request('GET', path),
      await api.request('GET', '/api/v1/credentials'),
      await api.request('PATCH', path, { body: { order: 3, password: PASSWORD } }),
      await create({ name: 'Planted' }),
      await create({ name: 'Wrong', scope: 7 }),
    ];
    const texts = [
      ...answers.map((answer) => answer.text),
      ...readdirSync(api.config.dataDir).map((file) =>
        readFileSync(join(api.config.dataDir, file), 'latin1'),
      ),
    ];
    const spellings = [
      PASSWORD,
      Buffer.from(PASSWORD, 'utf16le').toString('latin1'),
      Buffer.from(PASSWORD).toString('base64').slice(0, -4),
      Buffer.from(PASSWORD, 'utf16le').toString('base64').slice(0, -4),
    ];

    expect(answers.map((answer) => answer.status)).toEqual([201, 200, 200, 200, 422, 422]);
    expect(made.body).toEqual({
      id: expect.any(String),
      name: 'Planted',
      username: 'EXAMPLE\\winch',
      scope: { all: true },
      order: 100,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    for (const spelling of spellings) expect(texts.filter((text) => text.includes(spelling))).toEqual([]);
    await api.request('DELETE', path);
  });

  it('opens an asset with what its scope holds, in order', async () => {
    await create({ name: 'Fallback', username: '.\\admin', order: 200 });
    await create({ name: 'For one', username: 'winch@example.com', scope: { assets: ['pc-1'] }, order: 10 });
    await create({
      name: 'For both',
      username: 'EX\\both',
      scope: { assets: [asset['PC-2'], 'PC-1', asset['PC-1']] },
    });

    const first = await forAsset('PC-1');
    const second = await forAsset('PC-2');

    expect(first.map((credential) => credential.username)).toEqual([
      'winch@example.com',
      'EX\\both',
      '.\\admin',
    ]);
    expect(second.map((credential) => credential.username)).toEqual(['EX\\both', '.\\admin']);
    expect(first.map((credential) => credential.password.reveal())).toEqual([PASSWORD, PASSWORD, PASSWORD]);
  });

  it('opens an asset by its groups and address ranges, and tries these before what opens all', async () => {
    for (const [name, address, tags] of [
      ['PC-7', '10.7.0.1', ['branch']],
      ['PC-8', '10.8.0.1', []],
    ])
      await api.request('POST', '/api/v1/assets', { body: { name, address, tags } });
    const group = (body: object) => api.request('POST', '/api/v1/groups', { body });
    await group({ name: 'Static', kind: 'static', members: ['PC-7'] });
    await group({ name: 'Branches', kind: 'dynamic', filter: { tags: ['branch'] } });
    const made = await Promise.all([
      create({ name: 'For all', username: 'all', order: 1 }),
      create({ name: 'By range', username: 'range', scope: { addressRanges: ['10.7.0.0/16'] }, order: 40 }),
      create({ name: 'By filter', username: 'filter', scope: { groups: ['branches'] }, order: 30 }),
      create({
        name: 'By members',
        username: 'members',
        scope: { assets: [], groups: ['Static'] },
        order: 20,
      }),
      create({ name: 'By nothing', username: 'nothing', scope: { assets: [] }, order: 10 }),
    ]);

    const usernames = async (name: string) => (await forAsset(name)).map(({ username }) => username);

    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect((await usernames('PC-7')).slice(0, 4)).toEqual(['members', 'filter', 'range', 'all']);
    expect((await usernames('PC-8'))[0]).toBe('all');
    for (const { body } of made) await api.request('DELETE', `/api/v1/credentials/${body.id}`);
  });

  it('keeps the password when a change leaves it out', async () => {
    const { body } = await create({
      name: 'Changing',
      username: 'EX\\changing',
      scope: { assets: ['PC-2'] },
      order: 1,
    });

    const changed = await api.request('PATCH', `/api/v1/credentials/${body.id}`, {
      body: { username: 'EX\\changed' },
    });
    const opened = await forAsset('PC-2');

    expect(changed.body).toMatchObject({ username: 'EX\\changed', scope: { assets: [asset['PC-2']] } });
    expect(opened[0]).toMatchObject({ id: body.id, username: 'EX\\changed' });
    expect(opened[0]?.password.reveal()).toBe(PASSWORD);
  });

  it('is gone after DELETE', async () => {
    const { body } = await create({ name: 'Leaving', username: 'EX\\leaving' });

    const removed = await api.request('DELETE', `/api/v1/credentials/${body.id}`);
    const again = await api.request('DELETE', `/api/v1/credentials/${body.id}`);

    expect([removed.status, again.status]).toEqual([204, 404]);
    expect((await forAsset('PC-1')).map((credential) => credential.username)).not.toContain('EX\\leaving');
  });

  it('keeps no answer for an idempotency key', async () => {
    const send = () =>
      api.request('POST', '/api/v1/credentials', {
        body: { name: 'Once', username: 'EX\\once', password: PASSWORD, scope: { all: true } },
        headers: { 'idempotency-key': 'k' },
      });

    const first = await send();
    const second = await send();

    expect([first.status, second.status, second.body.code]).toEqual([201, 422, 'duplicate-name']);
  });
});
