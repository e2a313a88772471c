import { expect, it } from '@jest/globals';
import { startTestApi, type TestRequest } from '../harness/api.js';
import { asset, type BadRequest, describeBadRequests, file, raw, step } from '../harness/bad-requests.js';

const credential = (changes: object): TestRequest => ({
  body: { name: 'Bad credential', username: 'EX\\u', password: 'p', scope: { all: true }, ...changes },
});

const BAD: readonly BadRequest[] = [
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
    what: 'a step type that does not exist',
    request: [
      'POST',
      '/api/v1/packages',
      file({ steps: [{ name: 'One', type: 'copy-file', from: 'a.exe' }] }),
    ],
    status: 422,
    code: 'validation-failed',
    faults: ['/steps/0/type unknown-step-type'],
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
    what: 'a credential for an unknown group',
    request: ['POST', '/api/v1/credentials', credential({ scope: { groups: ['Finance'] } })],
    status: 422,
    code: 'validation-failed',
    faults: ['/scope/groups/0 not-found'],
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

describeBadRequests(BAD);

it('tells with a 405 which methods the path has', async () => {
  await using api = await startTestApi();

  const answer = await api.request('PUT', '/api/v1/assets', asset({}));

  expect(answer.headers.get('allow')).toBe('GET, POST');
});
