import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi, type TestRequest } from '../harness/api.js';

interface BadRequest {
  readonly what: string;
  readonly request: readonly [method: string, path: string, options?: TestRequest];
  readonly status: number;
  readonly code: string;
  /** `pointer code` of each fault, in order; left out where the problem has none. */
  readonly faults?: readonly string[];
}

const asset = (changes: object): TestRequest => ({ body: { name: 'PC-9000', ...changes } });
const raw = (body: string, type = 'application/json'): TestRequest => ({
  body,
  raw: true,
  headers: { 'content-type': type },
});
const step = (changes: object) => ({ name: 'One', type: 'command', command: 'echo 1', ...changes });
const file = (changes: object): TestRequest => ({
  body: { name: 'Bad package', steps: [step({})], ...changes },
});
const credential = (changes: object): TestRequest => ({
  body: { name: 'Bad credential', username: 'EX\\u', password: 'p', scope: { all: true }, ...changes },
});
const deep = '['.repeat(100_000);

const BAD: readonly BadRequest[] = [
  // Form of the body
  {
    what: 'broken JSON',
    request: ['POST', '/api/v1/assets', raw('{"name": "PC')],
    status: 400,
    code: 'malformed-json',
  },
  {
    what: 'JSON with a comma too many',
    request: ['POST', '/api/v1/assets', raw('{"name": "PC",}')],
    status: 400,
    code: 'malformed-json',
  },
  {
    what: '100,000 open brackets',
    request: ['POST', '/api/v1/assets', raw(deep)],
    status: 400,
    code: 'nested-too-deep',
  },
  {
    what: '100,000 matched brackets in a package',
    request: ['POST', '/api/v1/packages', raw(`{"steps":${deep}${']'.repeat(100_000)}}`)],
    status: 400,
    code: 'nested-too-deep',
  },
  {
    what: '100,000 brackets of YAML',
    request: ['POST', '/api/v1/packages', raw(`steps: ${deep}`, 'application/yaml')],
    status: 400,
    code: 'malformed-yaml',
  },
  {
    what: 'a body of 3 MB',
    request: ['POST', '/api/v1/assets', asset({ name: 'x'.repeat(3_000_000) })],
    status: 413,
    code: 'body-too-large',
  },
  {
    what: 'a body of XML',
    request: ['POST', '/api/v1/assets', raw('<asset/>', 'application/xml')],
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    what: 'YAML where only JSON is taken',
    request: ['POST', '/api/v1/assets', raw('name: PC', 'application/yaml')],
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    what: 'an unknown character set',
    request: ['POST', '/api/v1/assets', raw('{}', 'application/json; charset=klingon')],
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    what: 'a body that is not the gzip it claims to be',
    request: [
      'POST',
      '/api/v1/assets',
      { ...raw('{}'), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
    ],
    status: 400,
    code: 'malformed-request',
  },
  {
    what: 'a list as body',
    request: ['POST', '/api/v1/assets', { body: [] }],
    status: 422,
    code: 'validation-failed',
    faults: [' wrong-type'],
  },
  {
    what: 'null as body',
    request: ['POST', '/api/v1/assets', raw('null')],
    status: 422,
    code: 'validation-failed',
    faults: [' wrong-type'],
  },
  {
    what: 'no body',
    request: ['POST', '/api/v1/assets'],
    status: 422,
    code: 'validation-failed',
    faults: ['/name missing-field'],
  },
  {
    what: 'a field __proto__',
    request: ['POST', '/api/v1/assets', raw('{"name":"PC-9001","__proto__":{"role":"administrator"}}')],
    status: 400,
    code: 'malformed-json',
  },
  {
    what: 'a field constructor',
    request: ['POST', '/api/v1/assets', raw('{"name":"PC-9001","constructor":1}')],
    status: 422,
    code: 'validation-failed',
    faults: ['/constructor unknown-field'],
  },
  // Fields
  {
    what: 'an unknown field',
    request: ['POST', '/api/v1/assets', asset({ colour: 'red' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/colour unknown-field'],
  },
  {
    what: 'several faults at once',
    request: [
      'POST',
      '/api/v1/assets',
      asset({ port: '5986', transport: 'ftp', tags: ['a', 7], attributes: { 'a/b': 1 }, colour: 1 }),
    ],
    status: 422,
    code: 'validation-failed',
    faults: [
      '/attributes/a~1b wrong-type',
      '/colour unknown-field',
      '/port wrong-type',
      '/tags/1 wrong-type',
      '/transport unknown-value',
    ],
  },
  {
    what: 'a port that does not exist',
    request: ['POST', '/api/v1/assets', asset({ port: 65_536 })],
    status: 422,
    code: 'validation-failed',
    faults: ['/port out-of-range'],
  },
  {
    what: 'half a port',
    request: ['POST', '/api/v1/assets', asset({ port: 59.86 })],
    status: 422,
    code: 'validation-failed',
    faults: ['/port wrong-type'],
  },
  {
    what: 'a name with a line break',
    request: ['POST', '/api/v1/assets', asset({ name: 'PC\n9000' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/name bad-text', '/name wrong-format'],
  },
  {
    what: 'a name with a null character',
    request: ['POST', '/api/v1/assets', asset({ name: 'PC\u0000' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/name bad-text'],
  },
  {
    what: 'a name of 256 characters',
    request: ['POST', '/api/v1/assets', asset({ name: 'n'.repeat(256) })],
    status: 422,
    code: 'validation-failed',
    faults: ['/name text-too-long'],
  },
  {
    what: 'an address that is none',
    request: ['POST', '/api/v1/assets', asset({ address: "x'; DROP TABLE asset;--" })],
    status: 422,
    code: 'validation-failed',
    faults: ['/address wrong-format'],
  },
  {
    what: 'an IPv4 address beyond 255',
    request: ['POST', '/api/v1/assets', asset({ address: '10.0.0.256' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/address wrong-format'],
  },
  {
    what: 'shell metacharacters in a name without an address',
    request: ['POST', '/api/v1/assets', asset({ name: '$(rm -rf /) & <xml/>' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/address missing-field'],
  },
  {
    what: 'an id as name',
    request: ['POST', '/api/v1/assets', asset({ name: '0199c0de-0000-7000-8000-000000000000' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/name wrong-format'],
  },
  {
    what: 'Kerberos',
    request: ['POST', '/api/v1/assets', asset({ authentication: 'kerberos' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/authentication authentication-not-available'],
  },
  {
    what: 'Basic in the clear',
    request: ['POST', '/api/v1/assets', asset({ authentication: 'basic', transport: 'http' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/authentication not-supported'],
  },
  {
    what: 'Basic over unverified TLS',
    request: ['POST', '/api/v1/assets', asset({ authentication: 'basic', tlsVerify: 'none' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/authentication not-supported'],
  },
  {
    what: 'a pinned certificate that is missing',
    request: ['POST', '/api/v1/assets', asset({ tlsVerify: 'fingerprint' })],
    status: 422,
    code: 'validation-failed',
    faults: ['/tlsFingerprint missing-field'],
  },
  {
    what: 'a duplicate name',
    request: ['POST', '/api/v1/assets', asset({ name: 'taken' })],
    status: 422,
    code: 'duplicate-name',
    faults: ['/name duplicate-name'],
  },
  // Packages
  {
    what: 'a package without steps',
    request: ['POST', '/api/v1/packages', file({ steps: [] })],
    status: 422,
    code: 'validation-failed',
    faults: ['/steps no-steps'],
  },
  {
    what: 'a jump to no step',
    request: ['POST', '/api/v1/packages', file({ steps: [step({ onSuccess: { step: 'Nowhere' } })] })],
    status: 422,
    code: 'validation-failed',
    faults: ['/steps/0/onSuccess/step unknown-step'],
  },
  {
    what: 'a step type of a later version',
    request: [
      'POST',
      '/api/v1/packages',
      file({ steps: [{ name: 'One', type: 'kill-process', process: 'a.exe' }] }),
    ],
    status: 422,
    code: 'validation-failed',
    faults: ['/steps/0/type step-type-not-available'],
  },
  {
    what: 'a default with shell metacharacters',
    request: ['POST', '/api/v1/packages', file({ parameters: [{ name: 'P', default: 'a & calc' }] })],
    status: 422,
    code: 'validation-failed',
    faults: ['/parameters/0/default bad-default'],
  },
  {
    what: 'YAML that is broken',
    request: ['POST', '/api/v1/packages/import', raw('name: [', 'application/yaml')],
    status: 400,
    code: 'malformed-yaml',
  },
  {
    what: 'a package name that is taken',
    request: ['POST', '/api/v1/packages', file({ name: 'TAKEN PACKAGE' })],
    status: 422,
    code: 'duplicate-name',
    faults: ['/name duplicate-name'],
  },
  // Credentials and keys
  {
    what: 'a credential for groups',
    request: ['POST', '/api/v1/credentials', credential({ scope: { groups: ['Finance'] } })],
    status: 422,
    code: 'validation-failed',
    faults: ['/scope/groups not-supported'],
  },
  {
    what: 'a credential for an unknown asset',
    request: ['POST', '/api/v1/credentials', credential({ scope: { assets: ['taken', 'nobody'] } })],
    status: 422,
    code: 'validation-failed',
    faults: ['/scope/assets/1 not-found'],
  },
  {
    what: 'a credential without password',
    request: ['POST', '/api/v1/credentials', credential({ password: undefined })],
    status: 422,
    code: 'validation-failed',
    faults: ['/password missing-field'],
  },
  {
    what: 'an unknown role',
    request: ['POST', '/api/v1/keys', { body: { name: 'k', owner: 'o', role: 'root' } }],
    status: 422,
    code: 'validation-failed',
    faults: ['/role unknown-value'],
  },
  {
    what: 'a key that has expired already',
    request: [
      'POST',
      '/api/v1/keys',
      { body: { name: 'k', owner: 'o', role: 'viewer', expiresAt: '2001-01-01T00:00:00Z' } },
    ],
    status: 422,
    code: 'validation-failed',
    faults: ['/expiresAt out-of-range'],
  },
  // Paths, queries, headers
  { what: 'an unknown path', request: ['GET', '/api/v1/nothing'], status: 404, code: 'unknown-route' },
  {
    what: 'an unknown asset',
    request: ['GET', '/api/v1/assets/0199c0de-0000-7000-8000-000000000000'],
    status: 404,
    code: 'not-found',
  },
  {
    what: 'SQL in an id',
    request: ['GET', `/api/v1/assets/${encodeURIComponent("' OR '1'='1")}`],
    status: 404,
    code: 'not-found',
  },
  {
    what: 'a broken percent sequence',
    request: ['GET', '/api/v1/assets/%zz'],
    status: 400,
    code: 'malformed-request',
  },
  {
    what: 'a method that the path has not',
    request: ['PUT', '/api/v1/assets', asset({})],
    status: 405,
    code: 'method-not-allowed',
  },
  {
    what: 'a revision that is no number',
    request: ['GET', '/api/v1/packages/x/revisions/1e3'],
    status: 404,
    code: 'not-found',
  },
  {
    what: 'a limit that is no number',
    request: ['GET', '/api/v1/assets?limit=many'],
    status: 400,
    code: 'invalid-query',
    faults: ['/limit wrong-type'],
  },
  {
    what: 'a limit of 501',
    request: ['GET', '/api/v1/assets?limit=501'],
    status: 400,
    code: 'invalid-query',
    faults: ['/limit out-of-range'],
  },
  {
    what: 'an unknown filter',
    request: ['GET', '/api/v1/assets?colour=red'],
    status: 400,
    code: 'invalid-query',
    faults: ['/colour unknown-field'],
  },
  {
    what: 'a filter given twice',
    request: ['GET', '/api/v1/assets?state=active&state=retired'],
    status: 400,
    code: 'invalid-query',
    faults: ['/state wrong-type'],
  },
  {
    what: 'a sort that is not offered',
    request: ['GET', '/api/v1/assets?sort=attributes'],
    status: 400,
    code: 'invalid-query',
    faults: ['/sort unknown-value'],
  },
  {
    what: 'a cursor of another list',
    request: ['GET', '/api/v1/assets?cursor=bm90IG91cnM'],
    status: 400,
    code: 'invalid-query',
    faults: ['/cursor wrong-format'],
  },
  {
    what: 'an idempotency key of 256 characters',
    request: ['POST', '/api/v1/assets', { ...asset({}), headers: { 'idempotency-key': 'k'.repeat(256) } }],
    status: 400,
    code: 'invalid-header',
  },
  // Access
  {
    what: 'no key',
    request: ['GET', '/api/v1/assets', { key: null }],
    status: 401,
    code: 'not-authenticated',
  },
  {
    what: 'a key of another form',
    request: ['GET', '/api/v1/assets', { key: 'hello' }],
    status: 401,
    code: 'not-authenticated',
  },
  {
    what: 'a wrong secret',
    request: ['GET', '/api/v1/assets', { key: `winch_test_${'f'.repeat(32)}` }],
    status: 401,
    code: 'not-authenticated',
  },
];

describe('a bad request', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
    await api.request('POST', '/api/v1/assets', { body: { name: 'Taken' } });
    await api.request('POST', '/api/v1/packages', file({ name: 'Taken package' }));
  });

  afterAll(() => api.close());

  it.each(BAD)(
    'with $what gets $status $code',
    async ({ request: [method, path, options], status, code, faults }) => {
      const answer = await api.request(method, path, options);

      const found = (answer.body?.errors ?? []).map(
        (fault: { pointer: string; code: string }) => `${fault.pointer} ${fault.code}`,
      );
      expect([answer.status, answer.body?.code]).toEqual([status, code]);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(faults === undefined ? undefined : found.toSorted()).toEqual(faults);
    },
  );

  it('stores nothing', async () => {
    const answer = await api.request('GET', '/api/v1/assets');

    expect(answer.body.items.map((item: { name: string }) => item.name)).toEqual(['Taken']);
  });

  it('names the methods that a path has', async () => {
    const answer = await api.request('PUT', '/api/v1/assets', asset({}));

    expect(answer.headers.get('allow')).toBe('GET, POST');
  });
});
