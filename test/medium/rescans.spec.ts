import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ScanDispatcher } from '../../src/scanning/scan-dispatcher.service.js';
import { ScanTimer } from '../../src/scanning/scan-timer.service.js';
import { describeWithRedis } from '../harness/redis.js';
import { ScanBench } from '../harness/scan-bench.js';
import { waitFor } from '../harness/wait-for.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SEVEN_ZIP = {
  name: '7-Zip 24.09',
  version: '24.09',
  publisher: 'Igor Pavlov',
  productCode: '{23170F69-40C1-2702-2409-000001000000}',
};
const FILE = 'C:\\Installers\\7z2409-x64.msi';

const INSTALL = { name: 'Install', type: 'installer', path: FILE };
const PACKAGES = [
  { name: 'Seven', rescan: true, steps: [INSTALL] },
  { name: 'Fails', rescan: true, steps: [INSTALL, { name: 'Fail', type: 'command', command: 'exit 7' }] },
  {
    name: 'Restarts',
    rescan: true,
    finalAction: { action: 'reboot', waitSeconds: 30, when: 'always' },
    steps: [INSTALL],
  },
];

describeWithRedis('the scan after a run', () => {
  let scans: ScanBench;
  beforeEach(async () => {
    scans = await ScanBench.start();
    scans.patch({ msiPackages: { '7z2409-x64.msi': SEVEN_ZIP }, files: { [FILE]: { content: '' } } });
    for (const file of PACKAGES) await scans.bench.create('/packages', file);
  });
  afterEach(() => scans[Symbol.asyncDispose]());

  /** Deploys a package to the host; answers the run's id once it has finished. */
  async function deploy(name: string): Promise<string> {
    const order = { package: name, parameters: {} };
    return (await scans.bench.runIn('finished', await scans.bench.deploy(['LIVE'], order))).id;
  }

  const run = (id: string) => scans.get(`/runs/${id}`);
  const rescanned = (id: string) =>
    waitFor('the rescan has ended', async () => {
      const found = await run(id);
      return ['succeeded', 'failed'].includes(found.rescan) && found;
    });
  const scanOf = async (id: string) =>
    (await scans.get('/scans?cause=rescan')).items.find((scan: { runId: string }) => scan.runId === id);

  it('shows on the run what the deployment has changed', async () => {
    await scans.scan();

    const ended = await rescanned(await deploy('Seven'));

    expect(ended).toMatchObject({ outcome: 'succeeded', rescan: 'succeeded', changesOmitted: 0 });
    expect(ended.changes).toEqual([
      {
        change: 'added',
        name: '7-Zip 24.09',
        version: '24.09',
        previousVersion: null,
        user: null,
        text: 'added: 7-Zip 24.09',
      },
    ]);
    expect((await scans.software())[0]).toMatchObject({ productCode: SEVEN_ZIP.productCode });
  });

  it('is recorded as an event of the run, after its end', async () => {
    await scans.scan();
    const id = await deploy('Seven');
    await rescanned(id);

    const events = await scans.bench.events(id);

    const types = events.map(({ type }) => type);
    expect(types.indexOf('rescan.finished')).toBeGreaterThan(types.indexOf('run.finished'));
    expect(events.find(({ type }) => type === 'rescan.finished')).toMatchObject({
      result: 'succeeded',
      scanId: (await scanOf(id)).id,
      failureReason: null,
      changes: [{ change: 'added', name: '7-Zip 24.09' }],
    });
  });

  it('follows a run that failed, too', async () => {
    await scans.scan();

    const ended = await rescanned(await deploy('Fails'));

    expect(ended).toMatchObject({ outcome: 'failed', rescan: 'succeeded' });
    expect(ended.changes).toHaveLength(1);
  });

  it('has nothing to compare with on an asset that was never scanned before', async () => {
    expect(await rescanned(await deploy('Seven'))).toMatchObject({ rescan: 'succeeded', changes: null });
  });

  it('does not follow a package that does not ask for it', async () => {
    const id = (await scans.bench.runIn('finished', await scans.bench.deploy(['LIVE']))).id;
    await scans.bench.api.running.app.get(ScanDispatcher).dispatch();

    expect((await run(id)).rescan).toBeNull();
    expect((await scans.get('/scans')).items).toEqual([]);
  });

  it('does not follow a run that never began', async () => {
    scans.patch({ quirks: { refusal: { reason: 'script-blocked', detail: 'no' } } });

    const id = await deploy('Seven');

    expect(await run(id)).toMatchObject({ outcome: 'blocked', rescan: null });
  });

  it('waits for the restart that the run brings about', async () => {
    await scans.scan();
    const id = await deploy('Restarts');
    const ordered = await waitFor('the rescan is ordered', () => scanOf(id));
    const early = (Date.parse(ordered.dueAt) - Date.parse((await run(id)).finishedAt)) / 1000;

    scans.advanceMs(61_000);
    const before = await waitFor('the asset has answered before its restart', async () => {
      const scan = await scanOf(id);
      return scan.attempts === 1 && scan.state === 'waiting' && scan;
    });
    await scans.target.host.backend.reboot();
    scans.advanceMs(31_000);
    const ended = await rescanned(id);

    expect(early).toBe(60);
    expect(before).toMatchObject({
      outcome: null,
      failureDetail: expect.stringContaining('not been restarted'),
    });
    expect(ended).toMatchObject({ rescan: 'succeeded', changes: [{ text: 'added: 7-Zip 24.09' }] });
    expect((await scanOf(id)).attempts).toBe(2);
  });

  it('waits for an asset that is away, and holds up nothing meanwhile', async () => {
    await scans.scan();
    scans.target.host.misbehave({ on: 'Create', nth: 3, do: 'reset' });
    const id = await deploy('Seven');

    const waiting = await waitFor('the first attempt has failed', async () => {
      const scan = await scanOf(id);
      return scan?.attempts === 1 && scan.state === 'waiting' && scan;
    });
    const meanwhile = await run(id);
    scans.advanceMs(31_000);
    const ended = await rescanned(id);

    expect(waiting).toMatchObject({ outcome: null, failureReason: 'connection-lost' });
    expect(meanwhile).toMatchObject({ state: 'finished', rescan: 'scheduled' });
    expect(ended.changes).toMatchObject([{ text: 'added: 7-Zip 24.09' }]);
  });

  it('gives up a day later', async () => {
    await scans.worker[Symbol.asyncDispose]();
    await scans.bench.worker();
    const dispatcher = scans.bench.api.running.app.get(ScanDispatcher);
    const scanId = await scans.order();
    scans.advanceMs(25 * HOUR_MS);

    await dispatcher.dispatch();

    expect(await scans.get(`/scans/${scanId}`)).toMatchObject({
      state: 'finished',
      outcome: 'failed',
      failureReason: 'expired',
    });
  });
});

describeWithRedis('the timer of scans', () => {
  let scans: ScanBench;
  beforeEach(async () => {
    scans = await ScanBench.start({ config: { scanEveryHours: 24 } });
  });
  afterEach(() => scans[Symbol.asyncDispose]());

  it('leaves a new asset alone at first, then scans it, and again after a day', async () => {
    const timer = scans.bench.api.running.app.get(ScanTimer);
    const ordered = async () => (await scans.get(`/scans?assetId=${scans.assetId}`)).items.length;
    const counts: number[] = [];

    for (const minutes of [9, 2, 23 * 60, 60]) {
      scans.advanceMs(minutes * MINUTE_MS);
      await timer.turn();
      counts.push(await ordered());
      const [scan] = (await scans.get(`/scans?assetId=${scans.assetId}`)).items;
      if (scan) await scans.ended(scan.id);
    }

    expect(counts).toEqual([0, 1, 1, 2]);
    expect((await scans.get(`/scans?assetId=${scans.assetId}`)).items[0]).toMatchObject({
      cause: 'timer',
      outcome: 'succeeded',
    });
  });

  it('removes the record of a scan a month after its end', async () => {
    const { id } = await scans.scan();
    scans.advanceMs(31 * 24 * HOUR_MS);

    await scans.bench.api.running.app.get(ScanTimer).turn();

    expect((await scans.get(`/scans/${id}`)).code).toBe('not-found');
    expect((await scans.asset()).lastScanAt).not.toBeNull();
  });
});
