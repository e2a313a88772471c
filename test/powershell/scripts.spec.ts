import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { OperationLog } from '../contract/operations/operation-log.js';
import { aCommand, anInstaller, aPackage, aScript } from '../harness/builders/package.js';
import { runPackage } from './harness/compiled-run.js';
import { type EngineHost, engineHost } from './harness/engine-host.js';

jest.setTimeout(600_000);

const FOLDER = 'C:\\Päckchen & Co\\50% (x)';
const FILES = {
  'größe ^ré!.ps1':
    'param([string]$Name, [int]$Code)\r\nWrite-Output "ps1 [$Name]"\r\n[Console]::Error.WriteLine(\'to stderr\')\r\nexit $Code\r\n',
  'fails.ps1': "throw 'no licence'\r\n",
  'one.vbs': 'WScript.Echo "vbs [" & WScript.Arguments(0) & "]"\r\nWScript.Quit 5\r\n',
  'one.js': 'WScript.Echo("js [" + WScript.Arguments(0) + "]");\r\nWScript.Quit(6);\r\n',
  '100% ^ré!.cmd': '@echo cmd [%1]\r\n@exit /b 3010\r\n',
  'two.bat': '@echo bat [%~1]\r\n@exit /b 1641\r\n',
} as const;
const path = (name: keyof typeof FILES): string => `${FOLDER}\\${name}`;
const MULTI_LINE = 'for %%i in (one two) do echo item %%i\nset X=a\necho [%X%]\nexit /b 9';

/** In one run, one after the other; each test looks at its own step. */
const PACKAGE = aPackage('Scripts')
  .withStep(
    aScript('ps1', path('größe ^ré!.ps1'), { arguments: '-Name "a & b" -Code 23', successCodes: [23] }),
  )
  .withStep(aScript('throws', path('fails.ps1'), { onFailure: 'next' }))
  .withStep(aScript('vbs', path('one.vbs'), { arguments: '"a & b"', successCodes: [5] }))
  .withStep(aScript('js', path('one.js'), { arguments: '"a & b"', successCodes: [6] }))
  .withStep(aScript('cmd', path('100% ^ré!.cmd'), { arguments: '"a & b"' }))
  .withStep(
    aScript('interpreter', path('one.vbs'), {
      interpreter: 'cscript.exe',
      interpreterArguments: '//Nologo //E:vbscript',
      arguments: 'own',
      successCodes: [5],
    }),
  )
  .withStep(aCommand('several lines', MULTI_LINE, { successCodes: [9] }))
  .withStep(
    anInstaller('exe', 'C:\\sim\\target.exe', {
      parameters: '--out "a  b" --exit 3221225477',
      onFailure: 'next',
    }),
  )
  .withStep(
    anInstaller('exe, signed', 'C:\\sim\\target.exe', { parameters: '--exit -1', successCodes: [-1] }),
  )
  .withStep(aScript('bat, restarts', path('two.bat'), { arguments: '"a & b"' }));

describe('files of a package', () => {
  let host: EngineHost;
  let log: OperationLog;
  beforeAll(async () => {
    host = await engineHost();
    for (const [name, text] of Object.entries(FILES))
      host.backend.drive.write(`${FOLDER}\\${name}`, Buffer.from(text));
    log = await runPackage(host, PACKAGE);
  });
  afterAll(() => host.close());

  it.each([
    [0, '.ps1', 'ps1 [a & b]', 23],
    [2, '.vbs', 'vbs [a & b]', 5],
    [3, '.js', 'js [a & b]', 6],
    [4, '.cmd', 'cmd ["a & b"]', 3010],
    [5, 'with an interpreter of its own', 'vbs [own]', 5],
    [9, '.bat', 'bat [a & b]', 1641],
  ])('step %d, %s, gets its arguments and gives its code', (index, _kind, output, returnCode) => {
    expect(log.output('stdout', index).trim()).toBe(output);
    expect(log.stepEnd(index)).toMatchObject({ returnCode, verdict: 'success' });
  });

  it('a .ps1 has a stderr of its own, and fails with 1 when it throws', () => {
    expect(log.output('stderr', 0).trim()).toBe('to stderr');
    expect(log.stepEnd(1)).toMatchObject({ returnCode: 1, verdict: 'failure' });
    expect(log.output('stderr', 1)).toContain('no licence');
  });

  it('several lines are a batch file, with %%i as the variable of a loop', () => {
    expect(
      log
        .output('stdout', 6)
        .trim()
        .split(/\s*\r\n/),
    ).toEqual(['item one', 'item two', '[a]']);
    expect(log.stepEnd(6)).toMatchObject({ returnCode: 9, verdict: 'success' });
  });

  it('an .exe is started with its parameters as they are; its code keeps all 32 bits', () => {
    expect(log.output('stdout', 7).trim()).toBe('a  b');
    expect(log.stepEnd(7)).toMatchObject({ returnCode: 3221225477, verdict: 'failure' });
    expect(log.stepEnd(8)).toMatchObject({ returnCode: 4294967295, verdict: 'success' });
  });

  it('a restart that the last one has started is told', () => {
    expect(log.event('run.completed')).toMatchObject({
      outcome: 'succeeded-reboot-required',
      lastStep: 9,
      returnCode: 1641,
    });
  });
});
