import { Deadline } from '../../src/shared/deadline.js';
import { LineSplitter } from '../../src/target/line-splitter.js';
import { OPERATION_COMMAND_LINE } from '../../src/target/operation-command-line.js';
import { identify, openSession, type SessionOptions } from '../../src/winrm/index.js';
import type { OperationsHost } from '../contract/operations/operations-host.js';
import { eventually } from '../contract/operations/run-under-test.js';
import { overWinrm } from '../contract/operations/winrm-operations-host.js';
import type { MachineProcess } from '../windows-host/model/machine.js';

const PROCESSES = `
  foreach ($p in Get-CimInstance Win32_Process) {
    if ($p.CommandLine) { "$($p.ProcessId) $($p.ParentProcessId) $($p.CommandLine -replace '[\\r\\n]', ' ')" }
  }
`;
const READ_FILE = `
  if ([IO.File]::Exists($winch)) {
    $file = New-Object IO.FileStream $winch, 'Open', 'Read', 'ReadWrite, Delete'
    $bytes = New-Object byte[] $file.Length
    [void]$file.Read($bytes, 0, $bytes.Length)
    [Convert]::ToBase64String($bytes)
  }
`;
const LIST_FOLDER =
  'if ([IO.Directory]::Exists($winch)) { (New-Object IO.DirectoryInfo $winch).GetFileSystemInfos().Name }';
const TASKS = `
  $service = New-Object -ComObject Schedule.Service
  $service.Connect()
  try { foreach ($task in $service.GetFolder('\\Winch').GetTasks(1)) { $task.Path } } catch { }
`;
const APPEND = `
  $parts = $winch -split '\\|', 2
  [IO.File]::AppendAllText($parts[0], $parts[1])
`;

/** A real Windows machine as the operations' contract sees it: all that it looks at goes over WinRM too. */
export function realHost(session: SessionOptions): OperationsHost {
  const ask = (script: string, input = ''): Promise<string[]> => linesOf(session, script, input);
  return overWinrm(
    {
      runsScripts: true,
      readFile: async (path) => decoded(await ask(READ_FILE, path)),
      listFolder: (path) => ask(LIST_FOLDER, path),
      appendToFile: async (path, text) => void (await ask(APPEND, `${path}|${text}`)),
      processes: async () => (await ask(PROCESSES)).map(processOf),
      started: () => Promise.resolve(null),
      tasks: () => ask(TASKS),
      endProcess: async (pid) => void (await ask('taskkill /f /pid $winch', String(pid))),
      reboot: () => reboot(session, ask),
      // A final action that a test has asked for must not happen.
      close: async () => void (await ask('& cmd /c "shutdown /a 2>nul"')),
    },
    session,
  );
}

/** Runs a script in which `$winch` is the input. */
async function linesOf(options: SessionOptions, script: string, input: string): Promise<string[]> {
  using deadline = Deadline.in(60_000);
  await using session = await openSession(options, deadline);
  await using shell = await session.createShell({ codepage: 65001, noProfile: true }, deadline);
  await using command = await shell.run(OPERATION_COMMAND_LINE, [], deadline);
  await command.send(Buffer.from(`${input}\n\n${script}\n`), { end: true }, deadline);
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for await (const chunk of command.receive(deadline))
    for (const split of splitter.push(chunk.bytes)) if (split.ok) lines.push(split.line.replace(/\r$/, ''));
  return lines;
}

function decoded(lines: readonly string[]): string | undefined {
  return lines[0] === undefined ? undefined : Buffer.from(lines[0], 'base64').toString('latin1');
}

function processOf(line: string): MachineProcess {
  const [pid = '', parentPid = '', ...commandLine] = line.split(' ');
  const unknown = { name: '', account: '', startedAt: '' };
  return { pid: Number(pid), parentPid: Number(parentPid), commandLine: commandLine.join(' '), ...unknown };
}

/** Resolves when another boot answers. */
async function reboot(session: SessionOptions, ask: (script: string) => Promise<string[]>): Promise<void> {
  await ask('& shutdown.exe /r /t 0 /f');
  await eventually(async () => !(await answers(session)), 'WinRM stops answering', 120_000);
  await eventually(() => answers(session), 'WinRM answers after the restart', 600_000);
}

async function answers(session: SessionOptions): Promise<boolean> {
  try {
    await identify(session, Deadline.in(2000));
    return true;
  } catch {
    return false;
  }
}
