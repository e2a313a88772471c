import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AssetView } from '../../src/assets/api/asset-view.dto.js';
import type { RunView } from '../../src/deployments/api/runs.dto.js';
import type { ScanView } from '../../src/scanning/api/scans.dto.js';
import type { InstalledSoftwareView, SoftwareTitleView } from '../../src/scanning/api/software.dto.js';
import { anInstaller, aPackage } from '../harness/builders/package.js';
import type { RegisteredHost } from '../harness/fleet.js';
import { waitFor } from '../harness/wait-for.js';
import { Winch } from '../harness/winch.js';

jest.setTimeout(120_000);

const FILE = 'C:\\Installers\\7z2409-x64.msi';
const SEVEN_ZIP = {
  name: '7-Zip 24.09',
  version: '24.09.00.0',
  publisher: 'Igor Pavlov',
  productCode: '{23170F69-40C1-2702-2409-000001000000}',
};

let winch: Winch;

beforeAll(async () => {
  winch = await Winch.start();
});

afterAll(() => winch.close());

const ended = (id: string) =>
  waitFor(
    `scan ${id} to end`,
    async () => {
      const scan = await winch.client.get<ScanView>(`/scans/${id}`);
      return scan.state === 'finished' && scan;
    },
    { timeoutMs: 60_000 },
  );

const order = (host: RegisteredHost) => winch.client.post<ScanView>(`/assets/${host.assetId}/scan`);
const scan = async (host: RegisteredHost) => ended((await order(host)).id);

describe('a deployment whose package asks for a scan', () => {
  let host: RegisteredHost;
  let run: RunView;

  beforeAll(async () => {
    host = await winch.addHost('PC-0001', {
      patch: { msiPackages: { '7z2409-x64.msi': SEVEN_ZIP }, files: { [FILE]: { content: '' } } },
    });
    await winch.addPackage(aPackage('7-Zip').with({ rescan: true }).withStep(anInstaller('Install', FILE)));
    await scan(host);
    const targets = { assets: ['PC-0001'] };
    const deployment = await winch.client.deploy({ package: '7-Zip', targets });
    const { id } = await winch.client.onlyRun(deployment.id);
    await winch.client.event(id, ({ type }) => type === 'rescan.finished');
    run = await winch.client.settled(id);
  });

  it('shows on its run what it has changed', () => {
    expect(run).toMatchObject({ outcome: 'succeeded', rescan: 'succeeded' });
    expect(run.changes?.map(({ text }) => text)).toEqual(['added: 7-Zip 24.09']);
  });

  it('has the product, with its code, in the software of the asset and of all assets', async () => {
    const ofAsset = await winch.client.get<{ items: InstalledSoftwareView[] }>(
      `/assets/${host.assetId}/software?productCode=${SEVEN_ZIP.productCode}`,
    );
    const ofAll = await winch.client.get<{ items: SoftwareTitleView[] }>('/software?q=7-zip');

    expect(ofAsset.items).toMatchObject([{ ...SEVEN_ZIP, scope: 'machine', view: 'x64' }]);
    expect(ofAll.items).toEqual([{ ...SEVEN_ZIP, assetCount: 1 }]);
  });

  it('leaves an asset that says what it is and when it was seen', async () => {
    const asset = await winch.client.get<AssetView>(`/assets/${host.assetId}`);

    expect(asset).toMatchObject({ os: { name: 'Microsoft Windows 11 Pro' }, rebootPending: false });
    expect(asset.lastScanAt).not.toBeNull();
    expect(asset.lastSeenAt).not.toBeNull();
    expect(host.host.shells()).toEqual([]);
  });
});

describe('a scan', () => {
  it('goes on with another worker when its own stops in the middle', async () => {
    const host = await winch.addHost('PC-0002');
    host.host.misbehave({ on: 'Receive', do: 'stall' });
    const { id } = await order(host);
    await waitFor('the scan is under way', async () => {
      const { state } = await winch.client.get<ScanView>(`/scans/${id}`);
      return state === 'scanning' && host.host.requests().some(({ operation }) => operation === 'Receive');
    });

    await winch.worker.stop();
    await winch.worker.start();

    expect(await ended(id)).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  });

  it('is made although Redis lost its job', async () => {
    const host = await winch.addHost('PC-0003');
    winch.worker.freeze();
    const { id } = await order(host);
    await waitFor('the scan is handed over', async () => {
      return (await winch.client.get<ScanView>(`/scans/${id}`)).state === 'queued';
    });

    const redis = winch.redis.connect();
    await redis.flushdb();
    await redis.quit();
    winch.worker.thaw();

    expect(await ended(id)).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  });
});
