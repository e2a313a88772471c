import { afterEach, describe, expect, it } from '@jest/globals';

import { describeScanOfPackage, resultOf, scan } from '../../contract/operations/scan.contract.js';
import type { OperationsHost } from '../../contract/operations/operations-host.js';
import type { StandInPatch } from '../model/model-patch.js';
import { createStandInBackend, type StandInBackendOptions } from './backend.js';
import { operationsHostOf } from './testing/contract-host.js';

const UNINSTALL = 'Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const PRODUCT = {
  name: '7-Zip 24.09',
  version: '24.09.00.0',
  publisher: 'Igor Pavlov',
  productCode: '{23170F69-40C1-2702-2409-000001000000}',
};
const FILE = 'C:\\Installers\\7z2409-x64.msi';

function hostWith(patch: StandInPatch, options: Partial<StandInBackendOptions> = {}): OperationsHost {
  return operationsHostOf(createStandInBackend({ name: 'PC-0001', patch, ...options }));
}

describe('a scan of the stand-in', () => {
  let host: OperationsHost;
  afterEach(() => host.close());

  it('reads both views and the hives of users, as a real one does', async () => {
    host = hostWith({
      registry: {
        [`HKLM\\${UNINSTALL}\\App64`]: {
          DisplayName: 'App 64',
          DisplayVersion: '1',
          InstallDate: '20260102',
        },
        'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\App32': {
          DisplayName: 'App 32',
        },
        'HKU\\S-1-5-21-1-2-3-1001\\Volatile Environment': { USERNAME: 'anna', USERDOMAIN: 'CORP' },
        [`HKU\\S-1-5-21-1-2-3-1001\\${UNINSTALL}\\Editor`]: { DisplayName: 'Editor' },
        [`HKLM\\${UNINSTALL}\\Part`]: { DisplayName: 'Part', SystemComponent: 1 },
      },
    });

    const { software } = resultOf(await scan(host));

    expect(software.map(({ name, view, user }) => [name, view, user])).toEqual([
      ['App 64', 'x64', null],
      ['App 32', 'x86', null],
      ['Editor', null, 'CORP\\anna'],
    ]);
    expect(software[0]?.installedOn).toBe('2026-01-02');
  });

  it('tells disks, memory, users and why a restart is pending', async () => {
    const disk = { name: 'D:\\', fileSystem: 'ReFS', sizeBytes: 2 ** 40, freeBytes: 5 };
    host = hostWith(
      {
        disks: [disk],
        memory: { totalBytes: 2 ** 33, freeBytes: 2 ** 30 },
        registry: {
          'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending': {},
        },
      },
      { sessions: [{ id: 1, user: 'anna', state: 'active' }] },
    );

    const { system } = resultOf(await scan(host));

    expect(system).toMatchObject({
      disks: [disk],
      memory: { totalBytes: 2 ** 33, freeBytes: 2 ** 30 },
      users: ['PC-0001\\anna'],
      pendingReboot: ['component-servicing'],
    });
  });
});

describe('a scan of the stand-in', () => {
  const msiPackages = { '7z2409-x64.msi': PRODUCT };
  const patch = { msiPackages, files: { [FILE]: { content: '' } } };
  describeScanOfPackage(() => Promise.resolve(hostWith(patch)), { file: FILE, ...PRODUCT });
});
