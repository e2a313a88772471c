import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PackagesService } from '../../src/packages/packages.service.js';
import { startTestApi, type TestApi } from '../harness/api.js';

const xmlOf = (name: string) => `<Package><Name>${name}</Name><Priority>3</Priority>
  <Steps><Step Name="Say it" Type="Command" Command="echo Größe"/><Step Name="Check" Type="Condition"/></Steps></Package>`;

/** Importing a package of Lansweeper (docs/guide/coming-from-lansweeper.md). */
describe('XML at /packages/import', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });

  afterAll(() => api.close());

  const send = (path: string, body: string) =>
    api.request('POST', path, { body, raw: true, headers: { 'content-type': 'application/xml' } });

  it('becomes a draft with what was not understood among its warnings', async () => {
    const answer = await send('/api/v1/packages/import', xmlOf('Draft 1'));

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ name: 'Draft 1', state: 'draft', revision: 1 });
    expect(answer.body.warnings).toContainEqual(
      expect.objectContaining({ pointer: '/Package/Priority', code: 'element-not-understood' }),
    );
    expect(answer.body.steps).toMatchObject([
      { name: 'Say it', enabled: true },
      { name: 'Check', enabled: false },
    ]);
  });

  it('keeps the file as it came, and the list', async () => {
    const xml = xmlOf('Draft 2');
    const { body } = await send('/api/v1/packages/import', xml);

    const origin = await api.request('GET', `/api/v1/packages/${body.id}/import`);
    const source = await fetch(`${api.url}/api/v1/packages/${body.id}/import/source`, {
      headers: { authorization: `Bearer ${api.key}` },
    });

    expect(origin.body).toMatchObject({
      format: 'lansweeper-xml',
      importedBy: 'administrator (key bootstrap)',
      notUnderstood: [{ path: '/Package/Steps/Step[2]' }, { path: '/Package/Priority' }],
    });
    expect(source.headers.get('content-type')).toBe('application/octet-stream');
    expect(await source.text()).toBe(xml);
  });

  it('is taken by no deployment until it is saved', async () => {
    const { body } = await send('/api/v1/packages/import', xmlOf('Draft 3'));
    const packages = api.running.app.get(PackagesService);
    const path = `/api/v1/packages/${body.id}`;

    const refused = await packages.findRevision('draft 3');
    const saved = await api.request('PUT', path, { body, headers: { 'if-match': '"1"' } });
    const taken = await packages.findRevision('draft 3');

    expect(refused.ok || refused.faults).toMatchObject([{ pointer: '/package', code: 'draft' }]);
    expect(saved.body).toMatchObject({ state: 'active', revision: 1 });
    expect(taken.ok).toBe(true);
  });

  it('is listed when asked for, and holds its name', async () => {
    await send('/api/v1/packages/import', xmlOf('Draft 4'));

    const listed = await api.request('GET', '/api/v1/packages?q=Draft 4');
    const drafts = await api.request('GET', '/api/v1/packages?q=Draft 4&state=draft');
    const again = await send('/api/v1/packages/import', xmlOf('draft 4'));

    expect(listed.body.items).toEqual([]);
    expect(drafts.body.items).toHaveLength(1);
    expect(again.body.errors).toMatchObject([{ pointer: '/name', code: 'duplicate-name' }]);
  });

  it('is checked without being stored', async () => {
    const answer = await send('/api/v1/packages/validate', xmlOf('Draft 5'));

    expect(answer.body).toMatchObject({ valid: true, errors: [] });
    expect(answer.body.warnings).toHaveLength(2);
  });

  it.each([
    ['/api/v1/packages/import', '<!DOCTYPE a><a/>', 400, 'malformed-yaml'],
    ['/api/v1/packages', xmlOf('x'), 415, 'unsupported-media-type'],
    ['/api/v1/assets', '<a/>', 415, 'unsupported-media-type'],
  ])('at %s is refused where it cannot be taken: %#', async (path, xml, status, code) => {
    const answer = await send(path, xml);

    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is what only an import has', async () => {
    const { body } = await api.request('POST', '/api/v1/packages', {
      body: { name: 'Ours', steps: [{ name: 'A', type: 'command', command: 'ver' }] },
    });

    expect((await api.request('GET', `/api/v1/packages/${body.id}/import`)).status).toBe(404);
  });
});
