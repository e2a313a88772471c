import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { OperationLog } from '../contract/operations/operation-log.js';
import { aCommand, anInstaller, aPackage } from '../harness/builders/package.js';
import { runPackage } from './harness/compiled-run.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(600_000);

const CODE = '{00000001-1111-4222-8333-444444444444}';
const UNINSTALL = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const query = `reg query ${UNINSTALL}\\${CODE} /v DisplayVersion`;
const remove = `msiexec /x ${CODE} /qn /norestart`;
const goingOn = { onFailure: 'next' };

/** In one run, one after the other; each test looks at its own steps. */
const PACKAGE = aPackage('Installers')
  .withStep(anInstaller('Install', '%SystemDrive%\\sim\\winch-demo.msi'))
  .withStep(aCommand('Registered', query))
  .withStep(aCommand('Files', 'dir /b "%ProgramFiles%\\Winch Demo"'))
  .withStep(anInstaller('Again', 'C:\\sim\\winch-demo.msi'))
  .withStep(aCommand('Remove', remove))
  .withStep(aCommand('Gone', query, goingOn))
  .withStep(aCommand('Remove again', remove, goingOn))
  .withStep(anInstaller('Restart wanted', 'C:\\sim\\winch-reboot.msi'));

describe('Windows Installer packages', () => {
  let host: EngineHost;
  let log: OperationLog;
  beforeAll(async () => {
    host = await engineHost();
    log = await runPackage(host, PACKAGE);
  });
  afterAll(() => host.close());

  const codes = () => log.eventsOf('step.finished').map(({ returnCode }) => returnCode);

  it('are installed, stand in the registry, and put their files where they belong', () => {
    expect(codes().slice(0, 3)).toEqual([0, 0, 0]);
    expect(log.output('stdout', 1)).toMatch(/DisplayVersion\s+REG_SZ\s+1\.2\.3/);
    expect(log.output('stdout', 2).trim()).toBe('target.exe');
  });

  it('may be installed again', () => {
    expect(codes()[3]).toBe(0);
  });

  it('are removed, with their key, and are not there a second time', () => {
    expect(codes().slice(4, 7)).toEqual([0, 1, 1605]);
  });

  it('that ask for a restart end with 3010', () => {
    expect(log.stepEnd(7)).toMatchObject({ returnCode: 3010, verdict: 'success' });
    expect(log.event('run.completed')).toMatchObject({ outcome: 'succeeded-reboot-required' });
  });

  it('are shown by the host as its products', () => {
    host.backend.refreshModel?.();

    expect(host.backend.model.products).toEqual([
      expect.objectContaining({ name: 'Winch Reboot', version: '1.2.3', publisher: 'Winch' }),
    ]);
  });
});
