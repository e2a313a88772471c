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
      interpreterArguments: '//Nologo',
      arguments: 'own',
      successCodes: [5],
    }),
  )
  .withStep(aCommand('as a command', `"${path('100% ^ré!.cmd')}" "a & b"`))
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
  .withStep(aScript('bat, restarts', path('two.bat'), { arguments: '"a  b"' }));

const indexOf = (step: string): number => PACKAGE.build().steps.findIndex(({ name }) => name === step);

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

  const printed = (step: string, stream?: 'stderr') => log.output(stream, indexOf(step)).trim();
  const endOf = (step: string) => log.stepEnd(indexOf(step));

  it.each([
    ['ps1', 'ps1 [a & b]', 23],
    ['vbs', 'vbs [a & b]', 5],
    ['js', 'js [a & b]', 6],
    ['cmd', 'cmd ["a & b"]', 3010],
    ['interpreter', 'vbs [own]', 5],
    ['as a command', 'cmd ["a & b"]', 3010],
    ['bat, restarts', 'bat [a  b]', 1641],
  ])('step "%s" gets its arguments and gives its code', (step, output, returnCode) => {
    expect(printed(step)).toBe(output);
    expect(endOf(step)).toMatchObject({ returnCode, verdict: 'success' });
  });

  it('a .ps1 has a stderr of its own, and fails with 1 when it throws', () => {
    expect(printed('ps1', 'stderr')).toBe('to stderr');
    expect(endOf('throws')).toMatchObject({ returnCode: 1, verdict: 'failure' });
    expect(printed('throws', 'stderr')).toContain('no licence');
  });

  it('several lines are a batch file, with %%i as the variable of a loop', () => {
    expect(printed('several lines').split(/\s*\r\n/)).toEqual(['item one', 'item two', '[a]']);
    expect(endOf('several lines')).toMatchObject({ returnCode: 9, verdict: 'success' });
  });

  it('an .exe is started with its parameters as they are; its code keeps all 32 bits', () => {
    expect(printed('exe')).toBe('a  b');
    expect(endOf('exe')).toMatchObject({ returnCode: 3221225477, verdict: 'failure' });
    expect(endOf('exe, signed')).toMatchObject({ returnCode: 4294967295, verdict: 'success' });
  });

  it('a restart that the last one has started is told', () => {
    expect(log.event('run.completed')).toMatchObject({
      outcome: 'succeeded-reboot-required',
      lastStep: indexOf('bat, restarts'),
      returnCode: 1641,
    });
  });
});
