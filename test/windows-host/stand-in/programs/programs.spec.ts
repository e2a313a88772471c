import { afterEach, describe, expect, it } from '@jest/globals';

import type { HostBackend } from '../../engine/backend.js';
import type { StandInPatch } from '../../model/model-patch.js';
import { createStandInBackend } from '../backend.js';
import { runCommand, startCommand } from '../testing/run-command.js';

const CODE = '{11111111-2222-3333-4444-555555555555}';
const OTHER_CODE = '{99999999-2222-3333-4444-555555555555}';
const UNINSTALL = `HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${CODE}`;

let backend: HostBackend;
afterEach(() => backend.close());

const machineWith = (patch: StandInPatch): HostBackend => {
  backend = createStandInBackend({ name: 'PC-0001', patch });
  return backend;
};
const exitCodeOf = async (commandLine: string): Promise<number> =>
  (await runCommand(backend, commandLine)).exitCode;

describe('msiexec', () => {
  const withPackage = (extra: object = {}) =>
    machineWith({ msiPackages: { 'App.msi': { productCode: CODE, name: 'App', version: '1.2', ...extra } } });

  it('installs a package: product and Uninstall key', async () => {
    withPackage({ exitCode: 3010, output: ['working'] });

    const result = await runCommand(backend, 'msiexec.exe /i "\\\\srv\\pkg\\app.msi" /qn /norestart');

    expect(result).toEqual({ exitCode: 3010, stdout: 'working\r\n', stderr: '' });
    expect(backend.model.products).toEqual([{ name: 'App', version: '1.2', productCode: CODE }]);
    expect(backend.model.registry[UNINSTALL]).toMatchObject({ DisplayName: 'App', DisplayVersion: '1.2' });
  });

  it('leaves nothing behind when it fails', async () => {
    withPackage({ exitCode: 1603 });

    expect(await exitCodeOf('msiexec /i app.msi /qn')).toBe(1603);
    expect(backend.model.products).toEqual([]);
  });

  it('removes a product once', async () => {
    withPackage();
    await runCommand(backend, 'msiexec /i app.msi /qn');

    expect(await exitCodeOf(`msiexec /x ${CODE} /qn`)).toBe(0);
    expect(await exitCodeOf(`msiexec /x${CODE} /qn`)).toBe(1605);
    expect(backend.model.registry).toEqual({});
  });

  it.each([
    ['msiexec /i none.msi', 1619],
    [`msiexec /x ${OTHER_CODE}`, 1605],
    ['msiexec /p none.msp', 1635],
    ['msiexec /qn', 1639],
  ])('%s ends with %d', async (commandLine, exitCode) => {
    withPackage();

    expect(await exitCodeOf(commandLine)).toBe(exitCode);
  });

  it('refuses a second installation at the same time', async () => {
    withPackage({ durationMs: 60_000 });
    startCommand(backend, 'msiexec /i app.msi /qn');
    await Promise.resolve();

    expect(await exitCodeOf('msiexec /i app.msi /qn')).toBe(1618);
  });

  it('works on in its service after it was killed', async () => {
    withPackage({ durationMs: 60_000, lingersAfterKillMs: 60_000 });
    const first = startCommand(backend, 'msiexec /i app.msi /qn');
    await Promise.resolve();

    first.killTree();

    expect(await first.exited).toBe(1);
    expect(await exitCodeOf('msiexec /i app.msi /qn')).toBe(1618);
  });
});

describe('programs of the table', () => {
  it('print on both streams and end with their code', async () => {
    machineWith({
      programs: {
        'Setup.exe': {
          durationMs: 20,
          exitCode: -1,
          output: ['one', { text: 'bad', stream: 'stderr', atMs: 5 }],
        },
      },
    });

    const result = await runCommand(backend, '"\\\\srv\\pkg\\setup.exe" /quiet');

    expect(result).toEqual({ exitCode: 4294967295, stdout: 'one\r\n', stderr: 'bad\r\n' });
  });

  it('start children that a kill of the tree reaches, and that outlive a normal end', async () => {
    machineWith({
      programs: {
        'parent.exe': { durationMs: 60_000, children: ['child.exe /x'] },
        'brief.exe': { children: ['child.exe /y'] },
        'child.exe': { durationMs: 60_000 },
      },
    });
    const parent = startCommand(backend, 'parent.exe');
    const brief = startCommand(backend, 'brief.exe');
    await brief.exited;

    const names = () => backend.model.processes.map(({ commandLine }) => commandLine);

    expect(names()).toEqual(['parent.exe', 'child.exe /x', 'child.exe /y']);
    parent.killTree();
    expect(names()).toEqual(['child.exe /y']);
    brief.killTree();
    expect(names()).toEqual([]);
  });

  it('take the place of a script, an update or a whole command line', async () => {
    machineWith({
      programs: {
        'check.ps1': { exitCode: 11 },
        'kb1.msu': { exitCode: 3010 },
        'check.vbs': { exitCode: 12 },
        'ping -n 1 10.0.0.1': { exitCode: 13 },
      },
    });
    const commandLines = [
      '"powershell.exe" -NoProfile -File "\\\\srv\\pkg\\check.ps1" -Verbose',
      'wusa.exe "\\\\srv\\pkg\\kb1.msu" /quiet /norestart',
      'cscript.exe //Nologo "C:\\x\\check.vbs" a b',
      'ping -n 1 10.0.0.1',
      'wusa C:\\none.msu /quiet',
    ];

    expect(await Promise.all(commandLines.map(exitCodeOf))).toEqual([11, 3010, 12, 13, 2]);
  });

  it('are recorded with start, end and exit code', async () => {
    machineWith({ programs: { 'setup.exe': { exitCode: 5 } } });

    await runCommand(backend, 'setup.exe /S');

    expect(backend.started()).toMatchObject([
      {
        commandLine: 'setup.exe /S',
        account: 'PC-0001\\Administrator',
        exitCode: 5,
        endedAt: expect.any(String),
      },
    ]);
  });
});

describe('scripts that lie in the model', () => {
  it('print, wait and end', async () => {
    machineWith({
      files: {
        'C:\\s\\a.ps1': { content: "Write-Output 'hello'\r\nStart-Sleep -Seconds 0\r\nexit 8\r\n" },
        'C:\\s\\a.vbs': { content: 'WScript.Echo "hi"\r\nWScript.Quit 9\r\n' },
      },
    });

    expect(await runCommand(backend, 'powershell -File C:\\s\\a.ps1')).toMatchObject({
      exitCode: 8,
      stdout: 'hello\r\n',
    });
    expect(await runCommand(backend, 'cscript C:\\s\\a.vbs')).toMatchObject({
      exitCode: 9,
      stdout: 'hi\r\n',
    });
  });

  it('are refused aloud where the stand-in does not understand them, or where they are missing', async () => {
    machineWith({ files: { 'C:\\s\\a.ps1': { content: 'Get-ChildItem' } } });

    expect((await runCommand(backend, 'powershell -File C:\\s\\a.ps1')).stderr).toContain('Get-ChildItem');
    expect(await exitCodeOf('powershell -File C:\\s\\none.ps1')).toBe(1);
  });
});

describe('system programs', () => {
  it('taskkill ends a tree by its pid and does not find it twice', async () => {
    machineWith({});
    const cmd = startCommand(backend, 'cmd /c "ping -n 600 127.0.0.1"');
    await new Promise((resolve) => setImmediate(resolve));

    const first = await runCommand(backend, `taskkill /f /t /pid ${cmd.pid}`);

    expect([first.exitCode, await cmd.exited]).toEqual([0, 1]);
    expect(backend.model.processes).toEqual([]);
    expect(await exitCodeOf(`taskkill /f /pid ${cmd.pid}`)).toBe(128);
  });

  it('timeout and ping take their seconds', async () => {
    machineWith({});
    const startedMs = performance.now();

    await Promise.all([
      runCommand(backend, 'timeout /t 1 /nobreak'),
      runCommand(backend, 'ping -n 2 localhost'),
    ]);

    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(999);
  });

  it('ping reaches nobody else', async () => {
    machineWith({});

    expect(await exitCodeOf('ping -n 1 10.0.0.1')).toBe(1);
  });
});
