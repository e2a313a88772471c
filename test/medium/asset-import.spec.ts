import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi } from '../harness/api.js';

/** Importing many assets at once (docs/guide/assets-import.md). */
describe('/assets/import', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });

  afterAll(() => api.close());

  const send = (body: string, type = 'text/csv', query = '') =>
    api.request('POST', `/api/v1/assets/import${query}`, {
      body,
      raw: true,
      headers: { 'content-type': type },
    });
  const named = async (name: string) =>
    (await api.request('GET', `/api/v1/assets?name=${name}`)).body.items[0];

  it('registers, changes what is there under the same name, and is the same the second time', async () => {
    await api.request('POST', '/api/v1/assets', {
      body: { name: 'PC-A1', tags: ['old'], attributes: { room: '1' } },
    });
    const csv = 'name,address,tags\npc-a1,pc-a1.example.com,new\nPC-A2,,pilot\n';

    const first = await send(csv);
    const second = await send(csv);

    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      dryRun: false,
      created: 1,
      changed: 1,
      unchanged: 0,
      assets: [
        { line: 2, name: 'pc-a1', action: 'changed' },
        { line: 3, name: 'PC-A2', action: 'created' },
      ],
      notes: [],
    });
    expect(second.body).toMatchObject({ created: 0, changed: 0, unchanged: 2, assets: [] });
    expect(await named('pc-a1')).toMatchObject({
      address: 'pc-a1.example.com',
      tags: ['new'],
      attributes: { room: '1' },
      transport: 'https',
    });
    expect(await named('pc-a2')).toMatchObject({ address: 'PC-A2', port: 5986, tags: ['pilot'] });
  });

  it('stores nothing at a dry run', async () => {
    const answer = await send('name\nPC-B1\n', 'text/csv', '?dryRun=true');

    expect(answer.body).toMatchObject({ dryRun: true, created: 1 });
    expect(await named('PC-B1')).toBeUndefined();
  });

  it('stores nothing of a file with a fault, and says all of them by their lines', async () => {
    const lines = [
      '{"name":"PC-C1"}',
      '{"name":"PC-C2","port":"ten","colour":"red"}',
      '{"name":"pc c3"}',
      '{"name":"pc-c1"}',
    ];

    const faulty = await send(lines.join('\n'), 'application/x-ndjson');
    const doubled = await send([lines[0], lines[3]].join('\n'), 'application/x-ndjson');
    const nameless = await send(lines[2] ?? '', 'application/x-ndjson');

    expect(faulty.status).toBe(422);
    expect(faulty.body.errors).toEqual([
      expect.objectContaining({ pointer: '/2/colour', code: 'unknown-field' }),
      expect.objectContaining({ pointer: '/2/port', code: 'wrong-type' }),
    ]);
    expect(doubled.body.errors).toEqual([
      {
        pointer: '/2/name',
        code: 'duplicate-name',
        detail: 'Line 2: pc-c1 stands on line 1 already, whatever the case',
      },
    ]);
    expect(nameless.body.errors).toMatchObject([{ pointer: '/1/address', code: 'missing-field' }]);
    expect(await named('PC-C1')).toBeUndefined();
  });

  it('takes inventories of Ansible, without their passwords', async () => {
    const ini = '[pilot]\nPC-D1 ansible_host=10.0.0.7 ansible_port=5985 ansible_password=geheim room=7\n';
    const yaml =
      'pilot:\n  hosts:\n    PC-D2: { ansible_host: 10.0.0.8 }\n    lin: { ansible_connection: ssh }\n';

    const fromIni = await send(ini, 'text/plain');
    const fromYaml = await send(yaml, 'application/yaml');

    expect(fromIni.body).toMatchObject({ created: 1 });
    expect(fromYaml.body).toMatchObject({ created: 1, notes: [{ line: 4 }] });
    const asset = await named('PC-D1');
    expect(asset).toMatchObject({
      transport: 'http',
      port: 5985,
      tags: ['pilot'],
      attributes: { room: '7' },
    });
    expect(JSON.stringify(asset)).not.toContain('geheim');
  });

  it('takes thousands in one file', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) => `PC-E${index},bulk,${'x'.repeat(400)}`);

    const answer = await send(`name,tags,attributes.note\n${rows.join('\n')}\n`);

    expect(answer.body).toMatchObject({ created: 3000 });
    const listed = await api.request('GET', '/api/v1/assets?tag=bulk&limit=500');
    expect(listed.body.items).toHaveLength(500);
  });

  it('takes no other types, and other paths take none of these', async () => {
    const json = await send('{"name":"PC-F1"}', 'application/json');
    const elsewhere = await api.request('POST', '/api/v1/assets', {
      body: 'name\nPC-F1\n',
      raw: true,
      headers: { 'content-type': 'text/csv' },
    });

    expect(json.status).toBe(415);
    expect(elsewhere.status).toBe(415);
  });

  it('is the administrators’ alone', async () => {
    const key = await api.request('POST', '/api/v1/keys', {
      body: { name: 'author', role: 'author', owner: 'someone' },
    });

    const answer = await api.request('POST', '/api/v1/assets/import', {
      key: key.body.key,
      body: 'name\nPC-G1\n',
      raw: true,
      headers: { 'content-type': 'text/csv' },
    });

    expect(answer.status).toBe(403);
  });
});
