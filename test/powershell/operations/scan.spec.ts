import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import {
  describeScan,
  describeScanOfPackage,
  resultOf,
  scan,
} from '../../contract/operations/scan.contract.js';
import { type EngineHost, engineHost } from '../harness/engine-host.js';

jest.setTimeout(600_000);

const UNINSTALL = 'Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const CODE = '{AAAAAAAA-1111-4222-8333-444444444444}';
const SESSION_MANAGER = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager';

describe("the operations' contract on Microsoft's PowerShell, over NTLM and WinRM: scans", () => {
  describeScan(engineHost);
  describeScanOfPackage(engineHost, {
    file: 'C:\\sim\\winch-demo.msi',
    name: 'Winch Demo',
    version: '1.2.3',
    publisher: 'Winch',
    productCode: '{00000001-1111-4222-8333-444444444444}',
  });
});

describe('a scan of a real registry', () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await engineHost();
  });
  afterAll(() => host.close());

  const software = async () => resultOf(await scan(host)).software;

  it('reads both views, and says which', async () => {
    host.backend.patchModel({
      registry: {
        [`HKLM\\${UNINSTALL}\\App64`]: { DisplayName: 'App of 64 bits', DisplayVersion: '1.0' },
        [`HKLM\\Software\\Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\App32`]: {
          DisplayName: 'App of 32 bits',
          InstallDate: '20260229',
          UninstallString: '"C:\\App\\un.exe" /S',
        },
      },
    });

    const found = await software();

    expect(found.find(({ key }) => key === 'App64')).toMatchObject({ view: 'x64', version: '1.0' });
    expect(found.find(({ key }) => key === 'App32')).toMatchObject({
      view: 'x86',
      name: 'App of 32 bits',
      uninstallCommand: '"C:\\App\\un.exe" /S',
      productCode: null,
      installedOn: null,
    });
  });

  it('leaves out what Apps and features does not show', async () => {
    host.backend.patchModel({
      registry: {
        [`HKLM\\${UNINSTALL}\\Nameless`]: { DisplayVersion: '1' },
        [`HKLM\\${UNINSTALL}\\Part`]: { DisplayName: 'Part', SystemComponent: 1 },
        [`HKLM\\${UNINSTALL}\\Update`]: { DisplayName: 'Update', ParentKeyName: 'App64' },
      },
    });

    const keys = (await software()).map(({ key }) => key);

    expect(keys.filter((key) => ['Nameless', 'Part', 'Update'].includes(key))).toEqual([]);
  });

  it('takes a product code only from what Windows Installer has installed', async () => {
    host.backend.patchModel({
      registry: {
        [`HKLM\\${UNINSTALL}\\${CODE.toLowerCase()}`]: { DisplayName: 'Real', WindowsInstaller: 1 },
        [`HKLM\\${UNINSTALL}\\${CODE.replaceAll('A', 'B')}`]: { DisplayName: 'Borrowed' },
      },
    });

    const found = await software();

    expect(found.find(({ name }) => name === 'Real')?.productCode).toBe(CODE);
    expect(found.find(({ name }) => name === 'Borrowed')?.productCode).toBeNull();
  });

  it('reads the hives of users that are loaded, and names those who have a session', async () => {
    const [anna, ben] = ['HKU\\S-1-5-21-1-2-3-1001', 'HKU\\S-1-5-21-1-2-3-1002'];
    host.backend.patchModel({
      registry: {
        [`${anna}\\Volatile Environment`]: { USERNAME: 'anna', USERDOMAIN: 'CORP' },
        [`${anna}\\Volatile Environment\\2`]: { SESSIONNAME: 'Console' },
        [`${anna}\\${UNINSTALL}\\Editor`]: { DisplayName: 'Editor', DisplayVersion: '1.9' },
        [`${ben}\\Volatile Environment`]: { USERNAME: 'ben', USERDOMAIN: 'CORP' },
      },
    });

    const { system, software: found } = resultOf(await scan(host));

    expect(system.users).toContain('CORP\\anna');
    expect(system.users).not.toContain('CORP\\ben');
    expect(found.find(({ key }) => key === 'Editor')).toMatchObject({ user: 'CORP\\anna', view: null });
  });

  it('says why a restart is pending', async () => {
    const before = resultOf(await scan(host)).system.pendingReboot;
    host.backend.patchModel({
      registry: {
        'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired': {
          A: 1,
        },
        [SESSION_MANAGER]: { PendingFileRenameOperations: '\\??\\C:\\x.tmp' },
      },
    });

    const after = resultOf(await scan(host)).system.pendingReboot;

    expect(before).not.toContain('windows-update');
    expect(after).toEqual(expect.arrayContaining(['windows-update', 'file-rename']));
  });

  it('tells what software writes in other alphabets and at any length', async () => {
    const name = `Größe 日本 ${'x'.repeat(400)}`;
    host.backend.patchModel({ registry: { [`HKLM\\${UNINSTALL}\\Long`]: { DisplayName: name } } });

    const found = (await software()).find(({ key }) => key === 'Long');

    expect(found?.name).toMatch(/^Größe 日本 x{200,}\.\.\.$/);
  });
});
