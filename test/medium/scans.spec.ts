import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeWithRedis } from '../harness/redis.js';
import { ScanBench } from '../harness/scan-bench.js';
import { waitFor } from '../harness/wait-for.js';

const SEVEN_ZIP = {
  name: '7-Zip 24.09',
  version: '24.09.00.0',
  publisher: 'Igor Pavlov',
  productCode: '{23170F69-40C1-2702-2409-000001000000}',
};
const EDITOR = { name: 'Editor', version: '1.0', publisher: 'Maker', productCode: aCode(1) };

function aCode(number: number): string {
  return `{00000000-0000-0000-0000-${String(number).padStart(12, '0')}}`;
}

describeWithRedis('a scan on demand', () => {
  let scans: ScanBench;
  beforeEach(async () => {
    scans = await ScanBench.start();
  });
  afterEach(() => scans[Symbol.asyncDispose]());

  it('answers 202 with the path at which its end can be read', async () => {
    const answer = await scans.bench.api.request('POST', `/api/v1/assets/${scans.assetId}/scan`);

    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/v1/scans/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      state: 'waiting',
      cause: 'request',
      asset: { id: scans.assetId, name: 'LIVE' },
      outcome: null,
    });
    expect(await scans.ended(answer.body.id)).toMatchObject({
      outcome: 'succeeded',
      failureReason: null,
      attempts: 1,
      changes: null,
    });
  });

  it('shows on the asset what it is, when it was seen and whether it waits for a restart', async () => {
    const key =
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending';
    scans.patch({ registry: { [key]: {} }, sessions: [{ id: 1, user: 'anna', state: 'active' }] });
    const before = await scans.asset();

    const { finishedAt } = await scans.scan();

    const after = await scans.asset();
    expect(before).toMatchObject({ os: null, lastSeenAt: null, lastScanAt: null, rebootPending: null });
    expect(after).toMatchObject({
      os: { name: 'Microsoft Windows 11 Pro', build: 22631, kind: 'client', architecture: 'x64' },
      domain: null,
      loggedOnUsers: ['LIVE\\anna'],
      rebootPending: true,
      lastScanAt: finishedAt,
      bootedAt: expect.stringMatching(/Z$/),
      updatedAt: before.updatedAt,
    });
    expect(after.lastSeenAt <= finishedAt).toBe(true);
    expect(await scans.get(`/assets/${scans.assetId}/inventory`)).toMatchObject({
      computerName: 'LIVE',
      disks: [{ name: 'C:\\', fileSystem: 'NTFS' }],
      pendingReboot: ['component-servicing'],
      softwareCount: 0,
    });
  });

  it('lists the software with product codes, page by page', async () => {
    scans.patch({ products: [SEVEN_ZIP, EDITOR] });

    await scans.scan();

    const first = await scans.get(`/assets/${scans.assetId}/software?limit=1`);
    const second = await scans.get(`/assets/${scans.assetId}/software?limit=1&cursor=${first.nextCursor}`);
    expect(first.items).toEqual([
      {
        ...SEVEN_ZIP,
        uninstallCommand: `MsiExec.exe /X${SEVEN_ZIP.productCode}`,
        scope: 'machine',
        user: null,
        view: 'x64',
        installedOn: null,
      },
    ]);
    expect([second.items[0].name, second.nextCursor]).toEqual(['Editor', null]);
    expect((await scans.software('?q=EDIT')).map(({ name }) => name)).toEqual(['Editor']);
    expect((await scans.software(`?productCode=${SEVEN_ZIP.productCode}`))[0].name).toBe('7-Zip 24.09');
  });

  it('tells what has changed since the scan before, and only that', async () => {
    scans.patch({ products: [EDITOR, { ...EDITOR, name: 'Old', productCode: aCode(2) }] });
    await scans.scan();
    scans.patch({ products: [{ ...EDITOR, version: '2.0' }, SEVEN_ZIP] });

    const second = await scans.scan();
    const third = await scans.scan();

    expect(second.changes.map(({ text }: { text: string }) => text)).toEqual([
      'added: 7-Zip 24.09',
      'updated: Editor 2.0 (was 1.0)',
      'removed: Old 1.0',
    ]);
    expect(third).toMatchObject({ changes: [], changesOmitted: 0 });
    expect((await scans.software()).map(({ name, version }) => [name, version])).toEqual([
      ['7-Zip 24.09', '24.09.00.0'],
      ['Editor', '2.0'],
    ]);
  });

  it('counts the assets that have a product, and forgets one that none has', async () => {
    scans.patch({ products: [SEVEN_ZIP, EDITOR] });
    await scans.scan();
    const both = await scans.get('/software?sort=-assetCount');
    scans.patch({ products: [EDITOR] });

    await scans.scan();

    expect(both.items).toHaveLength(2);
    expect((await scans.get('/software')).items).toEqual([{ ...EDITOR, assetCount: 1 }]);
    await scans.bench.api.request('DELETE', `/api/v1/assets/${scans.assetId}`);
    expect((await scans.get('/software')).items).toEqual([]);
  });

  it('takes what software writes about itself for text, whatever it is', async () => {
    const name = "<img src=x onerror=alert(1)>\u202e\u0007' OR 1=1 --";
    scans.patch({ products: [{ ...EDITOR, name }] });

    await scans.scan();

    expect((await scans.software())[0].name).toBe("<img src=x onerror=alert(1)> ' OR 1=1 --");
  });

  it('costs at most three round trips more than a session needs, also with a thousand products', async () => {
    const products = Array.from({ length: 1000 }, (_, i) => ({ ...EDITOR, productCode: aCode(i) }));
    scans.patch({ products });

    await scans.scan();

    const operations = scans.target.host.requests().map(({ operation }) => operation);
    const needed = ['Negotiate', 'Negotiate', 'Create', 'Command', 'Send', 'Receive', 'Signal', 'Delete'];
    expect(operations.filter((operation) => operation !== 'Receive')).toEqual(
      needed.filter((operation) => operation !== 'Receive'),
    );
    expect(operations.length - needed.length).toBeLessThanOrEqual(3);
  });

  it('lets assets be chosen by what it has found', async () => {
    const key =
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired';
    scans.patch({
      products: [SEVEN_ZIP],
      registry: { [key]: {} },
      sessions: [{ id: 1, user: 'anna', state: 'active' }],
    });
    await scans.scan();
    const chosen = async (filter: object) => {
      const { items } = await scans.get(`/assets?filter=${encodeURIComponent(JSON.stringify(filter))}`);
      return items.map((asset: { name: string }) => asset.name);
    };

    // Of the two assets, PC-1 has never been scanned.
    expect(await chosen({ software: { like: '7-zip*' } })).toEqual(['LIVE']);
    expect(await chosen({ software: { notLike: '7-Zip*' } })).toEqual(['PC-1']);
    expect(await chosen({ software: { exists: false } })).toEqual(['PC-1']);
    expect(await chosen({ software: 'Editor' })).toEqual([]);
    expect(await chosen({ productCodes: SEVEN_ZIP.productCode })).toEqual(['LIVE']);
    expect(await chosen({ os: { like: '*Windows 11*' }, domain: { exists: false } })).toEqual(['LIVE']);
    expect(await chosen({ os: { exists: false } })).toEqual(['PC-1']);
    expect(await chosen({ pendingReboot: ['windows-update', 'file-rename'] })).toEqual(['LIVE']);
    expect(await chosen({ pendingReboot: { exists: false } })).toEqual(['PC-1']);
    expect(await chosen({ loggedOnUsers: { like: '*\\anna' } })).toEqual(['LIVE']);
    expect(await chosen({ lastScanAt: { withinSeconds: 3600 }, lastSeenAt: { exists: true } })).toEqual([
      'LIVE',
    ]);
    expect(await chosen({ lastSeenAt: { exists: false } })).toEqual(['PC-1']);
  });

  it('leaves nothing on the asset', async () => {
    await scans.scan();

    expect(scans.target.host.shells()).toEqual([]);
    expect(await scans.target.machine.listFolder('C:\\Windows\\Winch')).toEqual([]);
    expect(await scans.target.machine.tasks()).toEqual([]);
  });

  it('is answered again, while it waits, to whoever asks for another', async () => {
    await scans.worker[Symbol.asyncDispose]();
    const [one, other] = [await scans.order(), await scans.order()];

    expect(other).toBe(one);
    expect((await scans.get(`/scans?assetId=${scans.assetId}`)).items).toHaveLength(1);
  });

  it('is refused of a retired asset, and to a viewer', async () => {
    const key = await scans.bench.api.request('POST', '/api/v1/keys', {
      body: { name: 'Screen', owner: 'alice', role: 'viewer' },
    });
    const path = `/api/v1/assets/${scans.assetId}/scan`;
    const byViewer = await scans.bench.api.request('POST', path, { key: key.body.key });
    await scans.bench.api.request('PATCH', `/api/v1/assets/${scans.assetId}`, { body: { state: 'retired' } });

    const ofRetired = await scans.bench.api.request('POST', path);

    expect([byViewer.status, byViewer.body.code]).toEqual([403, 'role-too-low']);
    expect([ofRetired.status, ofRetired.body.code]).toEqual([409, 'conflict']);
  });
});

describeWithRedis('a scan that fails', () => {
  let scans: ScanBench;
  beforeEach(async () => {
    scans = await ScanBench.start({ assets: 1 });
  });
  afterEach(() => scans[Symbol.asyncDispose]());

  it('says why, and what to check next, where nothing answers', async () => {
    const { body } = await scans.bench.api.request('GET', '/api/v1/assets?name=PC-1');

    const scan = await scans.scan(body.items[0].id);

    expect(scan).toMatchObject({
      outcome: 'failed',
      failureReason: 'connection-refused',
      hint: expect.stringContaining('Enable-PSRemoting'),
      attempts: 1,
    });
  });

  it('says what the asset gives for a reason', async () => {
    scans.patch({ quirks: { refusal: { reason: 'powershell-too-old', detail: 'It is 5.0' } } });

    expect(await scans.scan()).toMatchObject({
      outcome: 'failed',
      failureReason: 'powershell-too-old',
      failureDetail: 'It is 5.0',
    });
  });

  it('leaves a refused credential alone for a quarter of an hour, for scans and runs alike', async () => {
    const { credentialId, api } = scans.bench;
    await api.request('PATCH', `/api/v1/credentials/${credentialId}`, { body: { password: 'Wrong-1234' } });
    const refused = () => scans.target.host.requests().filter(({ refusal }) => refusal !== null).length;

    const first = await scans.scan();
    const second = await scans.scan();
    const run = await scans.bench.runIn('finished', await scans.bench.deploy(['LIVE']));

    expect([first.failureReason, second.failureReason]).toEqual(['wrong-password', 'logon-held-back']);
    expect([run.outcome, run.failureReason]).toEqual(['blocked', 'logon-held-back']);
    expect(refused()).toBe(1);
  });
});

describeWithRedis('a scan and a run on the same asset', () => {
  let scans: ScanBench;
  beforeEach(async () => {
    scans = await ScanBench.start();
  });
  afterEach(() => scans[Symbol.asyncDispose]());

  it('never work at the same time: a run waits for the asset until a scan has ended', async () => {
    scans.target.host.misbehave({ on: 'Receive', do: 'stall', forMs: 3_000 });
    const scanId = await scans.order();
    await scans.inState(scanId, 'scanning');

    const deploymentId = await scans.bench.deploy(['LIVE']);
    const waiting = await waitFor('the run says what it waits for', async () => {
      const run = await scans.bench.run(deploymentId);
      return run.waitingFor !== null && run;
    });
    const run = await scans.bench.runIn('finished', deploymentId);

    const { finishedAt } = await scans.ended(scanId);
    expect([waiting.state, waiting.waitingFor]).toEqual(['waiting', 'asset-free']);
    expect((run.startedAt ?? '') > finishedAt).toBe(true);
    expect(run.outcome).toBe('succeeded');
  });

  it('never work at the same time: a scan waits until a run has ended', async () => {
    await scans.bench.create('/packages', {
      name: 'Slow',
      steps: [{ name: 'Wait', type: 'command', command: 'ping -n 3 127.0.0.1' }],
    });
    const deploymentId = await scans.bench.deploy(['LIVE'], { package: 'Slow', parameters: {} });
    await scans.bench.runIn('running', deploymentId);

    const scan = await scans.scan();

    const run = await scans.bench.run(deploymentId);
    expect(scan.startedAt > (run.finishedAt ?? 'not finished')).toBe(true);
    expect([scan.outcome, scan.attempts]).toEqual(['succeeded', 1]);
  });
});

describeWithRedis('a scan that waits', () => {
  let scans: ScanBench;
  beforeEach(async () => {
    scans = await ScanBench.start();
    await scans.worker[Symbol.asyncDispose]();
  });
  afterEach(() => scans[Symbol.asyncDispose]());

  it('ends when its asset is retired or removed meanwhile', async () => {
    const [retired, removed] = await Promise.all(
      ['RETIRED', 'REMOVED'].map((name) => scans.bench.create('/assets', { name })),
    );
    const ids = [await scans.order(retired?.id), await scans.order(removed?.id)];
    const { api } = scans.bench;
    await api.request('PATCH', `/api/v1/assets/${retired?.id}`, { body: { state: 'retired' } });
    await api.request('DELETE', `/api/v1/assets/${removed?.id}`);

    await scans.bench.worker();

    for (const id of ids)
      expect(await scans.ended(id)).toMatchObject({ outcome: 'failed', failureReason: 'asset-gone' });
  });

  it('is ordered once by a request that is repeated with its key', async () => {
    const path = `/api/v1/assets/${scans.assetId}/scan`;
    const headers = { 'idempotency-key': 'INC-1' };

    const first = await scans.bench.api.request('POST', path, { headers });
    const again = await scans.bench.api.request('POST', path, { headers });

    expect([again.status, again.body, again.headers.get('location')]).toEqual([
      202,
      first.body,
      first.headers.get('location'),
    ]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is told from those of other assets, causes and states by the filters of the list', async () => {
    const id = await scans.order();
    const found = async (query: string) =>
      (await scans.get(`/scans?${query}`)).items.map((scan: { id: string }) => scan.id);

    expect(await found(`assetId=${scans.assetId}&state=waiting&cause=request`)).toEqual([id]);
    expect(await found('cause=timer')).toEqual([]);
    expect(await found('outcome=failed')).toEqual([]);
    expect((await scans.bench.api.request('GET', '/api/v1/scans?cause=boredom')).body.code).toBe(
      'invalid-query',
    );
  });
});
