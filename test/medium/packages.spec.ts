import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PackagesService } from '../../src/packages/packages.service.js';
import { startTestApi, type TestApi } from '../harness/api.js';

const FILE = {
  name: 'Tool 1',
  steps: [
    { name: 'Install', type: 'installer', path: 'C:\\Installers\\tool.msi' },
    { name: 'Tidy up', type: 'command', command: 'del /q C:\\tool.tmp' },
  ],
};

const YAML = `name: From YAML
steps:
  - name: Say it
    type: command
    command: echo hello
`;

describe('/packages', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });

  afterAll(() => api.close());

  const create = (changes: object = {}) =>
    api.request('POST', '/api/v1/packages', { body: { ...FILE, ...changes } });
  const sendYaml = (path: string, body: string) =>
    api.request('POST', path, { body, raw: true, headers: { 'content-type': 'application/yaml' } });

  it('stores a package file with its defaults at revision 1', async () => {
    const answer = await create();

    expect(answer.status).toBe(201);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('location')).toBe(`/api/v1/packages/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      name: 'Tool 1',
      revision: 1,
      state: 'active',
      maxDurationSeconds: 3600,
      runMode: 'system',
      createdBy: 'administrator (key bootstrap)',
      steps: [
        { name: 'Install', successCodes: [0, 1641, 3010], onSuccess: 'next', onFailure: 'stop-failure' },
        { name: 'Tidy up' },
      ],
    });
  });

  it('answers warnings beside a package that is accepted', async () => {
    const step = { name: 'Loop', type: 'command', command: 'exit 0', onSuccess: { step: 'Loop' } };

    const answer = await create({ name: 'Looping', steps: [step] });

    expect(answer.status).toBe(201);
    expect(answer.body.warnings).toEqual([expect.objectContaining({ code: 'endless-loop' })]);
  });

  it('saves changes as revisions that stay readable', async () => {
    const { body } = await create({ name: 'Tool 2' });
    const path = `/api/v1/packages/${body.id}`;

    const saved = await api.request('PUT', path, {
      body: { ...body, description: 'Better' },
      headers: { 'if-match': '"1"' },
    });
    const first = await api.request('GET', `${path}/revisions/1`);
    const list = await api.request('GET', `${path}/revisions`);

    expect(saved.status).toBe(200);
    expect(saved.headers.get('etag')).toBe('"2"');
    expect(saved.body).toMatchObject({ revision: 2, description: 'Better' });
    expect(first.body).toMatchObject({ revision: 1, description: '' });
    expect(list.body.items.map((entry: { revision: number }) => entry.revision)).toEqual([2, 1]);
  });

  it('saves nothing when the file says the same', async () => {
    const { body } = await create({ name: 'Tool 3' });

    const saved = await api.request('PUT', `/api/v1/packages/${body.id}`, {
      body,
      headers: { 'if-match': '"1"' },
    });

    expect(saved.body.revision).toBe(1);
  });

  it('demands the ETag of what was read, and refuses a stale one', async () => {
    const { body } = await create({ name: 'Tool 4' });
    const path = `/api/v1/packages/${body.id}`;
    await api.request('PUT', path, { body: { ...FILE, name: 'Tool 4b' }, headers: { 'if-match': '"1"' } });

    const without = await api.request('PUT', path, { body: { ...FILE, name: 'Tool 4c' } });
    const stale = await api.request('PUT', path, {
      body: { ...FILE, name: 'Tool 4c' },
      headers: { 'if-match': '"1"' },
    });
    const staleDelete = await api.request('DELETE', path, { headers: { 'if-match': '"1"' } });

    expect([without.status, without.body.code]).toEqual([428, 'precondition-required']);
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition-failed']);
    expect(staleDelete.status).toBe(412);
  });

  it('lets one of two concurrent changes win', async () => {
    const { body } = await create({ name: 'Tool 5' });
    const change = (description: string) =>
      api.request('PUT', `/api/v1/packages/${body.id}`, {
        body: { ...body, description },
        headers: { 'if-match': '"1"' },
      });

    const answers = await Promise.all([change('a'), change('b')]);

    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 412]);
  });

  it('archives on DELETE: readable, not changeable, its name free again', async () => {
    const { body } = await create({ name: 'Tool 6' });
    const path = `/api/v1/packages/${body.id}`;

    const archived = await api.request('DELETE', path, { headers: { 'if-match': '"1"' } });
    const read = await api.request('GET', path);
    const changed = await api.request('PUT', path, {
      body: { ...FILE, name: 'x' },
      headers: { 'if-match': '*' },
    });
    const again = await create({ name: 'TOOL 6' });
    const listed = await api.request('GET', '/api/v1/packages?name=tool%206&state=archived');

    expect(archived.status).toBe(204);
    expect(read.body.state).toBe('archived');
    expect([changed.status, changed.body.code]).toEqual([409, 'archived']);
    expect(again.status).toBe(201);
    expect(listed.body.items).toEqual([expect.objectContaining({ id: body.id, state: 'archived' })]);
  });

  it('duplicates under a given name or a name of its own', async () => {
    const { body } = await create({ name: 'Tool 7' });
    const path = `/api/v1/packages/${body.id}/duplicate`;

    const named = await api.request('POST', path, { body: { name: 'Tool 7 for Finance' } });
    const unnamed = await api.request('POST', path);

    expect(named.body).toMatchObject({ name: 'Tool 7 for Finance', revision: 1 });
    expect(unnamed.body.name).toBe('Copy of Tool 7');
  });

  it('refuses a duplicate whose name breaks the rules of packages', async () => {
    const { body } = await create({ name: 'n'.repeat(200) });

    const answer = await api.request('POST', `/api/v1/packages/${body.id}/duplicate`);

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/name' })]);
  });

  it('finds for a deployment what is active, by id or name, and says what is not', async () => {
    const packages = api.running.app.get(PackagesService);
    const { body } = await create({ name: 'Tool 8' });
    await api.request('PUT', `/api/v1/packages/${body.id}`, {
      body: { ...FILE, name: 'Tool 8', description: 'Newer' },
      headers: { 'if-match': '"1"' },
    });
    const archived = await create({ name: 'Tool 9' });
    await api.request('DELETE', `/api/v1/packages/${archived.body.id}`, { headers: { 'if-match': '*' } });

    const found = [await packages.findRevision('TOOL 8'), await packages.findRevision(body.id, 1)];
    const missing = [
      await packages.findRevision('Tool 8', 3),
      await packages.findRevision('Tool 9'),
      await packages.findRevision(archived.body.id),
    ];

    expect(found.map((each) => each.ok && each.stored.package.description)).toEqual(['Newer', '']);
    expect(
      missing.map((each) => (each.ok ? [] : each.faults.map(({ pointer, code }) => `${pointer} ${code}`))),
    ).toEqual([['/revision not-found'], ['/package not-found'], ['/package archived']]);
  });

  it.each(['yaml', 'json'])('exports %s that imports as an equal package', async (format) => {
    const { body } = await create({ name: `Round ${format}`, description: 'Zwei\nZeilen: #1 "x"' });

    const file = await api.request('GET', `/api/v1/packages/${body.id}/export?format=${format}`);
    await api.request('DELETE', `/api/v1/packages/${body.id}`, { headers: { 'if-match': '"1"' } });
    const imported = await api.request('POST', '/api/v1/packages/import', {
      body: file.text,
      raw: true,
      headers: { 'content-type': `application/${format}` },
    });

    const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, state: _state, ...rest } = body;
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="Round ${format}.${format}"`);
    expect(imported.status).toBe(201);
    expect(imported.body).toMatchObject(rest);
  });

  it('imports YAML', async () => {
    const answer = await sendYaml('/api/v1/packages/import', YAML);

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: 'From YAML',
      steps: [{ name: 'Say it', type: 'command', command: 'echo hello' }],
    });
  });

  it('validates without storing, and answers every fault with its pointer', async () => {
    const answer = await api.request('POST', '/api/v1/packages/validate', {
      body: {
        name: 'Never stored',
        colour: 'red',
        steps: [
          { name: 'One', type: 'command', command: 'echo {NOPE}', onSuccess: { step: 'Missing' } },
          { name: 'Two', type: 'condition', all: [] },
        ],
      },
    });
    const list = await api.request('GET', '/api/v1/packages?name=Never%20stored');

    expect(answer.status).toBe(200);
    expect(answer.body.valid).toBe(false);
    expect(answer.body.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual(
      expect.arrayContaining(['/colour', '/steps/0/command', '/steps/0/onSuccess/step', '/steps/1/all']),
    );
    expect(list.body.items).toEqual([]);
  });

  it('publishes the JSON Schema to all', async () => {
    const answer = await api.request('GET', '/api/v1/schemas/package.json', { key: null });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ title: 'Winch package', type: 'object' });
  });
});
