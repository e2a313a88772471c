import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AuditEntryView } from '../../src/audit/api/audit.dto.js';
import { AuditLog } from '../../src/audit/audit-log.service.js';
import { openApiDocument } from '../../src/openapi-document.js';
import { ManualClock } from '../../src/shared/clock.js';
import type { TargetRunId } from '../../src/shared/ids.js';
import {
  AUDITED,
  type AuditedRequest,
  ONLY_READING,
  PLANTED,
  PLANTED_BYTES,
} from '../harness/audited-requests.js';
import { TEST_KEY, type TestAnswer } from '../harness/api.js';
import { DispatchBench } from '../harness/dispatch.js';
import { describeWithRedis } from '../harness/redis.js';

const CHANGING = ['post', 'put', 'patch', 'delete'];
const TEN_MINUTES = 600_000;

/** Every operation that the API declares and whose method may change something. */
async function changingOperations(): Promise<string[]> {
  const { paths } = (await openApiDocument()) as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => CHANGING.includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
}

describeWithRedis('the audit log', () => {
  const clock = new ManualClock('2026-11-24T12:00:00.000Z');
  const known = new Map<string, string>([['apiKey', TEST_KEY]]);
  let bench: DispatchBench;

  beforeAll(async () => {
    bench = await DispatchBench.start({ clock });
    const spare = await bench.create('/assets', { name: 'SPARE', address: '127.0.0.1', transport: 'http' });
    known.set('spare', spare.id);
  });

  afterAll(() => bench[Symbol.asyncDispose]());

  const fill = (text: string) => text.replaceAll(/\{([^{}"]+)\}/g, (all, name) => known.get(name) ?? all);
  const filled = <T>(value: T): T => JSON.parse(fill(JSON.stringify(value))) as T;

  async function send({ operation, path, body, headers, withoutKey }: AuditedRequest): Promise<TestAnswer> {
    const [method = ''] = operation.split(' ');
    return bench.api.request(method, `/api/v1${fill(path)}`, {
      ...(body === undefined ? {} : { body: filled(body), raw: typeof body === 'string' }),
      ...(headers ? { headers: filled(headers) } : {}),
      ...(withoutKey === true ? { key: null } : {}),
    });
  }

  async function remember({ as, operation }: AuditedRequest, answer: TestAnswer): Promise<void> {
    if (as !== undefined) known.set(as, answer.body.id);
    if (operation === 'POST /api/v1/session') {
      known.set('cookie', answer.headers.get('set-cookie')?.split(';')[0] ?? '');
      known.set('csrfToken', answer.body.csrfToken);
    }
    if (as === 'rerun') known.set('run of rerun', (await bench.run(answer.body.id)).id);
  }

  /** Leaves something on an asset that a sweep is due for. */
  async function leaveBehind(): Promise<void> {
    const run = (known.get('run of rerun') ?? '') as TargetRunId;
    await bench.store.change([run], (writer) => {
      Object.assign(writer.run, { cleanup: 'pending' });
      return true;
    });
    clock.advanceMs(TEN_MINUTES);
  }

  async function entries(query = ''): Promise<AuditEntryView[]> {
    const { body } = await bench.api.request('GET', `/api/v1/audit?limit=500${query}`);
    return body.items;
  }

  async function addedBy(work: () => Promise<TestAnswer>): Promise<[TestAnswer, AuditEntryView[]]> {
    const before = new Set((await entries()).map(({ id }) => id));
    const answer = await work();
    return [answer, (await entries()).filter(({ id }) => !before.has(id))];
  }

  it('knows a request for every operation that changes something', async () => {
    const operations = await changingOperations();

    const covered = [...AUDITED.map(({ operation }) => operation), ...ONLY_READING];

    expect(operations.length).toBeGreaterThan(30);
    expect([...new Set(covered)].toSorted()).toEqual(operations.toSorted());
  });

  it.each(AUDITED.map((request) => [request.operation, request] as const))(
    'has an entry of %s',
    async (_, request) => {
      if (request.action === 'queue.sweep') await leaveBehind();

      const [answer, added] = await addedBy(() => send(request));
      await remember(request, answer);

      const entry = added.find(({ action }) => action === request.action);
      expect([answer.status < 300, answer.status < 300 || answer.text]).toEqual([true, true]);
      expect(entry).toMatchObject({
        origin: '127.0.0.1',
        requestId: answer.headers.get('x-request-id'),
        actorName: 'administrator (key bootstrap)',
        actorKind: request.action === 'session.remove' ? 'session' : 'key',
      });
    },
  );

  it('tells what was changed, before and after', async () => {
    const [tags] = await entries(`&action=asset.change&subjectId=${known.get('asset')}&sort=at`);
    const [members] = await entries('&action=group.change');
    const [created] = await entries('&action=deployment.create&sort=at');
    const [removed] = await entries('&action=share.remove');

    expect([tags?.before, tags?.after]).toEqual([{ tags: [] }, { tags: ['pilot'] }]);
    expect(members?.after).toEqual({ members: [known.get('asset')] });
    expect(created).toMatchObject({ subjectId: known.get('deployment'), before: null });
    expect(created?.after).toMatchObject({ ticketId: 'CHG1', packageName: 'Audited' });
    expect([removed?.subjectName, removed?.after]).toEqual(['Audited', null]);
  });

  it('names the reason that was given, and what an action made', async () => {
    const [cancelled] = await entries('&action=queue.cancel');
    const [rerun] = await entries('&action=deployment.rerun');

    expect(cancelled?.reason).toBe('Wrong package');
    expect([rerun?.subjectId, rerun?.madeId]).toEqual([known.get('deployment'), known.get('rerun')]);
  });

  it('names the schedule that ordered a deployment, and who started the schedule', async () => {
    const [ordered] = await entries('&actorKind=schedule');
    const [started] = await entries('&action=schedule.run');

    expect(ordered).toMatchObject({
      action: 'deployment.create',
      actorId: known.get('schedule'),
      actorName: 'schedule Nightly',
      origin: null,
    });
    expect(started?.madeId).toBe(ordered?.subjectId);
  });

  it('names Winch itself for the key of the first start', async () => {
    const [entry] = await entries('&actorKind=system');

    expect(entry).toMatchObject({
      action: 'api-key.bootstrap',
      subjectName: 'bootstrap',
      actorName: 'Winch',
    });
  });

  it('holds no secret, and tells that one was changed', async () => {
    const { text } = await bench.api.request('GET', '/api/v1/audit?limit=500');
    const [password] = await entries('&action=credential.change');

    expect(text).not.toContain(PLANTED);
    expect(text).not.toContain(PLANTED_BYTES);
    expect(text).not.toContain(TEST_KEY.split('_')[2] ?? '');
    expect(text).not.toMatch(/"v1\.[0-9a-f]{8}\./);
    expect(password?.after).toEqual({ sealedPassword: '[redacted]' });
  });

  it('has no entry of a request that was refused, of a dry run, nor of a repetition', async () => {
    const order = { package: 'Audited', targets: { assets: ['AUDITED'] }, parameters: { TOKEN: PLANTED } };
    const post = (query: string, body: object) =>
      bench.api.request('POST', `/api/v1/deployments${query}`, {
        body,
        headers: { 'Idempotency-Key': 'audit-1' },
      });
    await post('', order);

    const [, added] = await addedBy(async () => {
      await post('', { ...order, package: 'Nothing' });
      await post('?dryRun=true', order);
      return post('', order);
    });

    expect(added).toEqual([]);
  });

  it('is exported page by page as CSV and as JSON lines', async () => {
    const get = (path: string, accept: string) => bench.api.request('GET', path, { headers: { accept } });
    const csv = await get('/api/v1/audit?limit=3&sort=at', 'text/csv');
    const lines = await get('/api/v1/audit?limit=3&sort=at', 'application/x-ndjson');
    const next = /<([^>]+)>; rel="next"/.exec(lines.headers.get('link') ?? '')?.[1] ?? '';
    const second = await get(next, 'application/x-ndjson');

    const ids = [lines, second].flatMap(({ text }) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as AuditEntryView).id),
    );
    expect(csv.text.split('\r\n')[0]).toMatch(/^at,actorKind,actorName,origin,action,/);
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(4);
    expect(ids).toEqual((await entries('&sort=at')).slice(0, 6).map(({ id }) => id));
  });

  it('is narrowed by time, and is the administrators’ alone', async () => {
    const made = await bench.create('/keys', { name: 'author', owner: 'eve', role: 'author' });
    const refused = await bench.api.request('GET', '/api/v1/audit', {
      key: (made as unknown as { key: string }).key,
    });

    expect(await entries('&until=2026-11-24T13:00:00%2B01:00')).toEqual([]);
    expect((await entries('&from=2026-11-24T13:00:00%2B01:00')).length).toBeGreaterThan(30);
    expect(refused.status).toBe(403);
  });

  it('forgets entries when they are older than they are kept', async () => {
    const log = bench.api.running.app.get(AuditLog);
    const all = (await entries()).length;
    clock.advanceMs(729 * 86_400_000);
    const early = await log.retain();
    clock.advanceMs(2 * 86_400_000);

    const late = await log.retain();

    expect([early, late]).toEqual([0, all]);
  });
});
