import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AssetsService } from '../../src/assets/assets.service.js';
import { SharesService } from '../../src/shares/shares.service.js';
import { startTestApi, type TestApi } from '../harness/api.js';

const PASSWORD = 'pl4nted-Share-Secret!';

describe('/shares', () => {
  let api: TestApi;
  let credentialId: string;

  beforeAll(async () => {
    api = await startTestApi();
    const credential = {
      name: 'Reader',
      username: 'EXAMPLE\\reader',
      password: PASSWORD,
      scope: { assets: [] },
    };
    credentialId = (await api.request('POST', '/api/v1/credentials', { body: credential })).body.id;
    for (const [name, address] of [
      ['PC-1', '10.1.0.1'],
      ['PC-2', '10.1.7.2'],
      ['PC-3', 'no-such-host.invalid'],
    ]) {
      await api.request('POST', '/api/v1/assets', { body: { name, address } });
    }
  });

  afterAll(() => api.close());

  const create = (body: object) => api.request('POST', '/api/v1/shares', { body });
  /** The path of each asset's share, by the asset's name. */
  async function pathsOf(names: readonly string[]): Promise<Record<string, string | undefined>> {
    const { items } = await api.running.app.get(AssetsService).resolve(names);
    const shares = await api.running.app.get(SharesService).forAssets(items);
    return Object.fromEntries(items.map(({ id, name }) => [name, shares.get(id)?.unc]));
  }

  it('refuses what is no share', async () => {
    const answer = await create({
      name: ' x',
      unc: '\\\\files',
      credential: 7,
      addressRanges: ['10.1.0.0/99', '::1'],
      default: 'yes',
      password: 'no',
    });

    const faults = answer.body.errors.map(
      ({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`,
    );
    expect(answer.status).toBe(422);
    expect(faults.toSorted()).toEqual([
      '/addressRanges/0 wrong-format',
      '/credential wrong-type',
      '/default wrong-type',
      '/name wrong-format',
      '/password unknown-field',
      '/unc wrong-format',
    ]);
  });

  it('refuses a credential that does not exist and a name that is taken', async () => {
    const made = await create({ name: 'Only one', unc: '\\\\files\\p' });
    const unknown = await create({ name: 'Other', unc: '\\\\files\\p', credential: 'nobody' });
    const taken = await create({ name: 'ONLY ONE', unc: '\\\\files\\p' });

    expect([made.status, unknown.status, taken.status]).toEqual([201, 422, 422]);
    expect(unknown.body.errors).toMatchObject([{ pointer: '/credential', code: 'not-found' }]);
    expect(taken.body.code).toBe('duplicate-name');
    await api.request('DELETE', `/api/v1/shares/${made.body.id}`);
  });

  it('keeps one default, and answers the credential by its id', async () => {
    const first = await create({ name: 'First', unc: '\\\\first\\p', default: true });
    const second = await create({
      name: 'Second',
      unc: '\\\\second\\p',
      default: true,
      credential: 'reader',
      addressRanges: ['10.0.0.0/8'],
    });
    const list = await api.request('GET', '/api/v1/shares');

    expect(second.body).toEqual({
      id: expect.any(String),
      name: 'Second',
      unc: '\\\\second\\p',
      credential: credentialId,
      addressRanges: ['10.0.0.0/8'],
      default: true,
      concurrency: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect(
      list.body.items.map((item: { name: string; default: boolean }) => [item.name, item.default]),
    ).toEqual([
      ['First', false],
      ['Second', true],
    ]);
    for (const { body } of [first, second]) await api.request('DELETE', `/api/v1/shares/${body.id}`);
  });

  it('keeps a credential that a share uses until the share lets it go', async () => {
    const share = await create({ name: 'Using', unc: '\\\\files\\p', credential: credentialId });
    const path = `/api/v1/shares/${share.body.id}`;

    const refused = await api.request('DELETE', `/api/v1/credentials/${credentialId}`);
    const untouched = await api.request('PATCH', path, { body: { unc: '\\\\files\\q' } });
    const released = await api.request('PATCH', path, { body: { credential: null } });

    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect([untouched.body.unc, untouched.body.credential]).toEqual(['\\\\files\\q', credentialId]);
    expect(released.body.credential).toBeNull();
    await api.request('DELETE', path);
  });

  it('gives each asset the share of its smallest range, otherwise the default', async () => {
    await create({ name: 'Main', unc: '\\\\main\\p', default: true });
    await create({ name: 'Site', unc: '\\\\site\\p', addressRanges: ['10.1.0.0/16'] });
    await create({ name: 'Room', unc: '\\\\room\\p', addressRanges: ['10.1.7.0-10.1.7.255'] });

    expect(await pathsOf(['PC-1', 'PC-2', 'PC-3'])).toEqual({
      'PC-1': '\\\\site\\p',
      'PC-2': '\\\\room\\p',
      'PC-3': '\\\\main\\p',
    });
  });
});
