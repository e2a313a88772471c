import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { HostBackend } from '../../engine/backend.js';
import { createStandInBackend } from '../backend.js';
import { runCommand } from '../testing/run-command.js';

describe('cmd.exe of the stand-in', () => {
  let backend: HostBackend;
  beforeEach(() => {
    backend = createStandInBackend({ name: 'PC-0001' });
  });
  afterEach(() => backend.close());

  it.each([
    ['echo hello', 'hello\r\n', 0],
    ['echo.', '\r\n', 0],
    ['echo a& echo b', 'a\r\nb\r\n', 0],
    ['echo a && echo b', 'a \r\nb\r\n', 0],
    ['cmd /c exit 3 && echo never', '', 3],
    ['cmd /c exit 3 || echo failed', 'failed\r\n', 3],
    ['echo a^&b', 'a&b\r\n', 0],
    ['echo "a & b"', '"a & b"\r\n', 0],
    ['exit 3010', '', 3010],
    ['exit /b 5', '', 5],
    ['exit -1', '', 4294967295],
    ['cmd.exe /d /s /c "echo inner & exit 7"', 'inner \r\n', 7],
    ['cmd /d /s /c ""C:\\none such\\x.cmd""', '', 1],
    ['echo %COMPUTERNAME% %winch_token%', 'PC-0001 t0ken\r\n', 0],
    ['echo %NO_SUCH_NAME%', '%NO_SUCH_NAME%\r\n', 0],
    ['set WINCH_', 'WINCH_TOKEN=t0ken\r\n', 0],
    ['ver', '\r\nMicrosoft Windows [Version 10.0.19045.4529]\r\n', 0],
    ['rem nothing', '', 0],
    ['echo hidden>nul', '', 0],
    ['if exist C:\\none echo yes', '', 0],
    ['if not exist C:\\none echo no& echo more', 'no\r\nmore\r\n', 0],
    ['if /i "A"=="a" echo same', 'same\r\n', 0],
    ['if defined WINCH_TOKEN echo there', 'there\r\n', 0],
    ['for %i in (a b) do echo %i', 'a\r\nb\r\n', 0],
    ['for /l %i in (3,-1,1) do echo %i', '3\r\n2\r\n1\r\n', 0],
    ['hostname', 'PC-0001\r\n', 0],
    ['whoami', 'pc-0001\\administrator\r\n', 0],
  ])('%s', async (commandLine, stdout, exitCode) => {
    const result = await runCommand(backend, commandLine);

    expect({ stdout: result.stdout, exitCode: result.exitCode }).toEqual({ stdout, exitCode });
  });

  it('sends stdout to stderr when asked', async () => {
    const result = await runCommand(backend, 'echo problem 1>&2');

    expect(result).toEqual({ exitCode: 0, stdout: '', stderr: 'problem \r\n' });
  });

  it('says that a command is unknown', async () => {
    const { exitCode, stderr } = await runCommand(backend, 'nosuch.exe /x');

    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "'nosuch.exe' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    );
  });

  it.each(['echo a | find "a"', 'set /a X=1+1', 'if exist x (echo y)', '(echo a)'])(
    'refuses aloud what it does not simulate: %s',
    async (commandLine) => {
      const { exitCode, stderr } = await runCommand(backend, commandLine);

      expect(exitCode).toBe(1);
      expect(stderr).toContain('does not simulate');
    },
  );

  it('writes, appends, reads, copies and deletes files', async () => {
    const commands = [
      'mkdir C:\\t',
      'echo one>C:\\t\\a.txt',
      'echo two>>c:\\T\\A.TXT',
      'copy C:\\t\\a.txt C:\\t\\b.txt',
    ];
    for (const command of commands) await runCommand(backend, command);

    const typed = await runCommand(backend, 'type C:\\t\\b.txt & del C:\\t\\a.txt');

    expect(typed.stdout).toBe('one\r\ntwo\r\n');
    expect(Object.keys(backend.model.files).filter((name) => !name.endsWith('\\'))).toEqual(['C:\\t\\b.txt']);
  });

  it.each(['type C:\\none.txt', 'copy C:\\none.txt C:\\x.txt'])(
    'fails where a file is missing: %s',
    async (command) => {
      const { exitCode, stderr } = await runCommand(backend, command);

      expect([exitCode, stderr]).toEqual([1, 'The system cannot find the file specified.\r\n']);
    },
  );

  describe('a batch file', () => {
    const runBatch = async (lines: readonly string[], argumentText = '') => {
      backend.patchModel({ files: { 'C:\\b\\run.cmd': { content: lines.join('\r\n') } } });
      return runCommand(backend, `C:\\b\\run.cmd ${argumentText}`);
    };

    it('expands its arguments, %% and unknown names', async () => {
      const { stdout } = await runBatch(
        ['@echo off', 'echo %1 [%2] %~dp0 100%% [%NO_SUCH_NAME%]'],
        '"a b" c',
      );

      expect(stdout).toBe('a b [c] C:\\b\\ 100% []\r\n');
    });

    it('jumps to labels and ends at :eof', async () => {
      const { stdout, exitCode } = await runBatch([
        'goto there',
        'echo never',
        ':there',
        'echo here',
        'cmd /c exit 4',
        'if errorlevel 4 goto :eof',
        'echo never',
      ]);

      expect([stdout, exitCode]).toEqual(['here\r\n', 4]);
    });

    it('keeps variables from line to line', async () => {
      const { stdout } = await runBatch(['set NAME=Winch', 'echo %name% %ERRORLEVEL%']);

      expect(stdout).toBe('Winch 0\r\n');
    });

    it('ends with 9009 when its last command is unknown', async () => {
      expect((await runBatch(['nosuch'])).exitCode).toBe(9009);
    });

    it('loops with doubled percent signs', async () => {
      expect((await runBatch(['for %%i in (x y) do echo item %%i'])).stdout).toBe('item x\r\nitem y\r\n');
    });
  });
});
