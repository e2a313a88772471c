import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DeploymentView } from '../../src/deployments/api/deployments.dto.js';
import { aCommand, aPackage } from '../harness/builders/package.js';
import { WinchClient } from '../harness/client.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const NOBODY = '01890000-0000-7000-8000-000000000000';
const targets = { assets: ['PC-0001'] };
const good = { package: 'Editor', targets, parameters: { EDITION: 'full', TOKEN: 's3cret-token' } };
const withParameter = (fields: object) => ({ ...good, parameters: { ...good.parameters, ...fields } });

let winch: Winch;
let deployment: DeploymentView;
let runId: string;

beforeAll(async () => {
  winch = await Winch.start({ worker: false });
  await winch.addUnreachableAsset('PC-0001');
  await winch.addUnreachableAsset('PC-0002');
  await winch.addPackage(
    aPackage('Editor')
      .withParameter('EDITION', { enum: ['full', 'lite'] })
      .withParameter('FREE', { default: 'none' })
      .withParameter('TOKEN', { secret: true, pattern: '[a-z0-9-]+' })
      .withStep(aCommand('Install', 'setup.exe {EDITION} {FREE}')),
  );
  deployment = await winch.client.deploy(good);
  runId = (await winch.client.onlyRun(deployment.id)).id;
});

afterAll(() => winch.close());

async function count(): Promise<number> {
  return (await winch.client.get<{ items: unknown[] }>('/deployments?limit=500')).items.length;
}

/** What, the body, and each fault as `pointer code`, in order. */
const BAD_ORDERS: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['no field at all', {}, ['/package missing-field', '/targets missing-field']],
  ['an unknown field', { ...good, runmode: 'system' }, ['/runmode unknown-field']],
  [
    'an unknown field among the targets',
    { ...good, targets: { ...targets, group: ['x'] } },
    ['/targets/group unknown-field'],
  ],
  ['a number for the package', { ...good, package: 7 }, ['/package wrong-type']],
  ['a text for the targets', { ...good, targets: 'PC-0001' }, ['/targets wrong-type']],
  ['a text for the assets', { ...good, targets: { assets: 'PC-0001' } }, ['/targets/assets wrong-type']],
  ['a number for an asset', { ...good, targets: { assets: [1] } }, ['/targets/assets/0 wrong-type']],
  ['an unknown package', { ...good, package: 'Nothing' }, ['/package not-found']],
  ['SQL for the package', { ...good, package: "Editor' OR '1'='1" }, ['/package not-found']],
  ['an unknown revision', { ...good, revision: 2 }, ['/revision not-found']],
  ['revision 0', { ...good, revision: 0 }, ['/revision out-of-range']],
  [
    'an unknown package and unknown assets, all at once',
    { ...good, package: 'Nothing', targets: { assets: ['PC-9998', 'PC-0001', 'PC-9999'] } },
    ['/package not-found', '/targets/assets/0 not-found', '/targets/assets/2 not-found'],
  ],
  [
    'an unknown asset to leave out',
    { ...good, targets: { ...targets, exclude: { assets: ['PC-9999'] } } },
    ['/targets/exclude/assets/0 not-found'],
  ],
  ['no asset', { ...good, targets: { assets: [] } }, ['/targets missing-field']],
  [
    'no asset that is left',
    { ...good, targets: { ...targets, exclude: { assets: ['pc-0001'] } } },
    ['/targets missing-field'],
  ],
  ['a run mode of a later version', { ...good, runMode: 'logged-on' }, ['/runMode unknown-value']],
  ['a priority beyond the scale', { ...good, priority: 101 }, ['/priority out-of-range']],
  ['half a priority', { ...good, priority: 1.5 }, ['/priority wrong-type']],
  ['an instant that is none', { ...good, expiresAt: 'tomorrow' }, ['/expiresAt wrong-format']],
  ['an instant that has passed', { ...good, expiresAt: '2020-01-01T00:00:00Z' }, ['/expiresAt out-of-range']],
  ['a ticket without its number', { ...good, ticket: { system: 'snow' } }, ['/ticket/id missing-field']],
  ['a list of parameters', { ...good, parameters: ['full'] }, ['/parameters wrong-type']],
  [
    'an unknown parameter, and none of those it must have',
    { ...good, parameters: { COLOUR: 'red' } },
    [
      '/parameters/COLOUR unknown-parameter',
      '/parameters/EDITION parameter-missing',
      '/parameters/TOKEN parameter-missing',
    ],
  ],
  ['a value outside its list', withParameter({ EDITION: 'huge' }), ['/parameters/EDITION not-in-enum']],
  ['a value that is a number', withParameter({ FREE: 7 }), ['/parameters/FREE wrong-type']],
  ['a secret of another form', withParameter({ TOKEN: 'UPPER' }), ['/parameters/TOKEN pattern-mismatch']],
  ['an empty secret', withParameter({ TOKEN: '' }), ['/parameters/TOKEN empty-text']],
  ['a secret that is an object', withParameter({ TOKEN: { $ne: '' } }), ['/parameters/TOKEN wrong-type']],
  ...['&', '|', '<', '>', '^', '%', '!', '"', "'", ';', '$', '(', ')', '`', '\n', '\r'].map(
    (character) =>
      [
        `the shell's ${JSON.stringify(character)} in a value`,
        withParameter({ FREE: `a${character}calc.exe` }),
        ['/parameters/FREE value-refused'],
      ] as const,
  ),
];

describe('an order that cannot be carried out', () => {
  it.each(BAD_ORDERS)('is refused with each fault and stores nothing: %s', async (_what, body, faults) => {
    const before = await count();

    const answer = await winch.client.request('POST', '/deployments', { body });

    expect([answer.status, answer.body.code]).toEqual([422, 'validation-failed']);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.errors.map(pointerAndCode)).toEqual(faults);
    expect(answer.text).not.toContain('s3cret-token');
    expect(await count()).toBe(before);
  });

  it('is refused by a dry run just the same', async () => {
    const body = { ...good, package: 'Nothing' };

    const answer = await winch.client.request('POST', '/deployments?dryRun=true', { body });

    expect([answer.status, answer.body.errors.map(pointerAndCode)]).toEqual([422, ['/package not-found']]);
  });

  it('is refused when it would reach more assets than expected', async () => {
    const body = { ...good, targets: { assets: ['PC-0001', 'PC-0002'] }, expectedTargets: 1 };

    const answer = await winch.client.request('POST', '/deployments', { body });

    expect([answer.status, answer.body.code]).toEqual([422, 'too-many-targets']);
    expect(answer.body.errors.map(pointerAndCode)).toEqual(['/expectedTargets out-of-range']);
  });

  it('is refused with more targets than one order takes', async () => {
    const assets = Array.from({ length: 20_001 }, (_, index) => `PC-${index}`);

    const answer = await winch.client.request('POST', '/deployments', {
      body: { ...good, targets: { assets } },
    });

    expect([answer.status, answer.body.errors.map(pointerAndCode)]).toEqual([
      422,
      ['/targets/assets too-many-items'],
    ]);
  });
});

describe('an order that is unusual but clear', () => {
  it('runs an asset once that is named twice, in another case and by its id', async () => {
    const first = (await winch.client.get<{ items: { id: string }[] }>('/assets?q=PC-0001')).items[0];
    const assets = ['PC-0001', 'pc-0001', first?.id ?? ''];

    const answer = await winch.client.request('POST', '/deployments?dryRun=true', {
      body: { ...good, package: 'EDITOR', targets: { assets } },
    });

    expect([answer.status, answer.body]).toEqual([
      200,
      { count: 1, targets: [{ id: first?.id, name: 'PC-0001' }] },
    ]);
  });

  it('stores nothing on a dry run', async () => {
    const before = await count();

    await winch.client.request('POST', '/deployments?dryRun=true', { body: good });

    expect(await count()).toBe(before);
  });

  it('answers the same deployment again for the same Idempotency-Key, and refuses another order under it', async () => {
    const headers = { 'idempotency-key': 'CHG0031337' };
    const before = await count();

    const first = await winch.client.request('POST', '/deployments', { body: good, headers });
    const second = await winch.client.request('POST', '/deployments', { body: good, headers });
    const other = await winch.client.request('POST', '/deployments', {
      body: { ...good, priority: 1 },
      headers,
    });

    expect([first.status, second.status, second.text]).toEqual([202, 202, first.text]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(`/api/v1/deployments/${first.body.id}`);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await count()).toBe(before + 1);
  });
});

describe('a caller who may not', () => {
  it('gets 401 without a key or with a wrong one', async () => {
    const strangers = [
      new WinchClient(winch.client.url, ''),
      new WinchClient(winch.client.url, 'winch_e2e_x'),
    ];

    const answers = await Promise.all(
      strangers.map((client) => client.request('POST', '/deployments', { body: good })),
    );

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      Array(2).fill([401, 'not-authenticated']),
    );
  });

  it('gets 403 with the key of a viewer, who may read', async () => {
    const { key } = await winch.client.post<{ key: string }>('/keys', {
      name: 'Screen',
      owner: 'alice@example.com',
      role: 'viewer',
    });
    const viewer = new WinchClient(winch.client.url, key);

    const refused = [
      await viewer.request('POST', '/deployments', { body: good }),
      await viewer.request('POST', `/deployments/${deployment.id}/cancel`),
      await viewer.request('POST', `/runs/${runId}/cancel`),
    ];

    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      Array(3).fill([403, 'role-too-low']),
    );
    expect((await viewer.request('GET', `/runs/${runId}/events`)).status).toBe(200);
  });
});

const BAD_READS: readonly (readonly [string, () => string, number, string, readonly string[]])[] = [
  ['an unknown deployment', () => `/deployments/${NOBODY}`, 404, 'not-found', []],
  ['an id that is none', () => '/deployments/1%20OR%201=1', 404, 'not-found', []],
  ['the runs of an unknown deployment', () => `/deployments/${NOBODY}/runs`, 404, 'not-found', []],
  ['the events of an unknown deployment', () => `/deployments/${NOBODY}/events`, 404, 'not-found', []],
  ['an unknown run', () => `/runs/${NOBODY}`, 404, 'not-found', []],
  ['a path for a run', () => '/runs/..%2f..%2fetc%2fpasswd', 404, 'not-found', []],
  ['the events of an unknown run', () => `/runs/${NOBODY}/events`, 404, 'not-found', []],
  ['the output of an unknown run', () => `/runs/${NOBODY}/output`, 404, 'not-found', []],
  ['a cursor that is none', () => '/deployments?cursor=x', 400, 'invalid-query', ['/cursor wrong-format']],
  ['a cursor of another list', () => `/log?cursor=${foreignCursor()}`, 400, 'invalid-query', ['/cursor wrong-format']],
  ['a sort that is not offered', () => '/log?sort=executor', 400, 'invalid-query', ['/sort unknown-value']],
  ['an outcome that is none', () => "/log?outcome=failed'--", 400, 'invalid-query', ['/outcome unknown-value']],
  ['two outcomes', () => '/log?outcome=failed&outcome=unknown', 400, 'invalid-query', ['/outcome wrong-type']],
  ['an unknown filter', () => '/log?asset=PC-0001', 400, 'invalid-query', ['/asset unknown-field']],
  ['limit 0', () => '/deployments?limit=0', 400, 'invalid-query', ['/limit out-of-range']],
  ['limit 501', () => '/deployments?limit=501', 400, 'invalid-query', ['/limit out-of-range']],
  ['afterSeq of words', () => `/runs/${runId}/events?afterSeq=x`, 400, 'invalid-query', ['/afterSeq wrong-type']],
  ['afterSeq below 0', () => `/runs/${runId}/events?afterSeq=-1`, 400, 'invalid-query', ['/afterSeq out-of-range']],
  ['a step that the run has not', () => `/runs/${runId}/output?step=9`, 400, 'invalid-query', ['/step not-found']],
  ['a state that is none', () => `/deployments/${deployment.id}/runs?state=done`, 400, 'invalid-query', ['/state unknown-value']],
]; // prettier-ignore

function foreignCursor(): string {
  return encodeURIComponent(Buffer.from(JSON.stringify(['name', 'PC-0001', NOBODY])).toString('base64url'));
}

describe('a question that cannot be answered', () => {
  it.each(BAD_READS)('is refused with its reason: %s', async (_what, ...[path, status, code, faults]) => {
    const answer = await winch.client.request('GET', path());

    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((answer.body.errors ?? []).map(pointerAndCode)).toEqual(faults);
  });

  it('about SQL in a filter of free text finds nothing, and nothing is lost', async () => {
    const sql = encodeURIComponent("x'; DELETE FROM deployment; --");

    const answer = await winch.client.request('GET', `/deployments?ticketId=${sql}&package=${sql}`);

    expect([answer.status, answer.body]).toEqual([200, { items: [], nextCursor: null }]);
    expect((await winch.client.request('GET', `/deployments/${deployment.id}`)).status).toBe(200);
  });

  it('in a media type that there is not, gets 406', async () => {
    const headers = { accept: 'application/xml' };

    const answer = await winch.client.request('GET', `/runs/${runId}/events`, { headers });

    expect([answer.status, answer.body.code]).toEqual([406, 'not-acceptable']);
  });

  it('cancelling what does not exist gets 404', async () => {
    const answers = [
      await winch.client.request('POST', `/runs/${NOBODY}/cancel`),
      await winch.client.request('POST', `/deployments/${NOBODY}/cancel`),
    ];

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(2).fill([404, 'not-found']));
  });
});

function pointerAndCode({ pointer, code }: { readonly pointer: string; readonly code: string }): string {
  return `${pointer} ${code}`;
}
