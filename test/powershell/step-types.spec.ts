import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { OperationLog } from '../contract/operations/operation-log.js';
import { aCommand, aKillProcess, anInstaller, anUninstaller, aPackage } from '../harness/builders/package.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';
import { runPackage } from './harness/compiled-run.js';

jest.setTimeout(600_000);

const goingOn = { onFailure: 'next' };
const UNINSTALL = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const DEMO = '{00000001-1111-4222-8333-444444444444}';

/** In one run, from the package file on; each test looks at its own steps. */
const PACKAGE = aPackage('Step types')
  .withStep(
    anInstaller('Elsewhere', 'C:\\sim\\winch-demo.msi', { properties: { INSTALLDIR: 'C:\\Else where\\' } }),
  )
  .withStep(aCommand('Files', 'dir /b "C:\\Else where"'))
  .withStep(anUninstaller('By name', { productName: 'winch demo*' }))
  .withStep(aCommand('Registered no more', `reg query ${UNINSTALL}\\${DEMO}`, goingOn))
  .withStep(anUninstaller('By code', { productCodes: [DEMO], ...goingOn }))
  .withStep(aCommand('Copy', 'copy C:\\sim\\target.exe C:\\sim\\victim.exe'))
  .withStep(
    aCommand('Leave', 'C:\\sim\\target.exe --start "C:\\sim\\victim.exe --tree 1 2 600000" --sleep 1000'),
  )
  .withStep(aKillProcess('Close', 'VICTIM', { children: true }))
  .withStep(aKillProcess('Closed', 'victim*', { notRunning: 'failure', ...goingOn }))
  .withStep(
    anInstaller('Starter', 'C:\\sim\\target.exe', {
      parameters: '--start "C:\\sim\\victim.exe --sleep 4000 --out late"',
      waitForChildren: true,
    }),
  );

describe('packages of all step types, compiled and run', () => {
  let host: EngineHost;
  let log: OperationLog;
  beforeAll(async () => {
    host = await engineHost();
    log = await runPackage(host, PACKAGE);
  });
  afterAll(() => host.close());

  it('pass properties to Windows Installer', () => {
    expect(log.stepEnd(0)).toMatchObject({ returnCode: 0 });
    expect(log.output('stdout', 1).trim()).toBe('target.exe');
  });

  it('uninstall by name, with the end of the log as output, and find nothing left', () => {
    expect(log.stepEnd(2)).toMatchObject({ returnCode: 0, verdict: 'success' });
    expect(log.output('stdout', 2)).toContain(`Removing Winch Demo ${DEMO}\r\n`);
    expect(log.output('stdout', 2)).toMatch(/Action ended [^\r\n]*: INSTALL\. Return value 1\./);
    expect(log.stepEnd(3)).toMatchObject({ returnCode: 1 });
    expect(log.stepEnd(4)).toMatchObject({ returnCode: 1605, verdict: 'success' });
  });

  it('end a program with what it has started, and know when it is not running', () => {
    expect(log.stepEnd(7)).toMatchObject({ returnCode: 0, verdict: 'success' });
    expect(
      log.output('stdout', 7).match(/^Ended by force: victim\.exe \(pid \d+, session \d+\)/gim),
    ).toHaveLength(3);
    expect(log.stepEnd(8)).toMatchObject({ returnCode: 1, verdict: 'failure' });
  });

  it('wait for what an installer has started, and take its output', () => {
    expect(log.stepEnd(9)).toMatchObject({ returnCode: 0, verdict: 'success' });
    expect(log.output('stdout', 9)).toContain('late');
  });
});
