import { cmd, runBatchFile } from '../cmd/cmd.js';
import type { ProgramBody } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { type CommandLine, parseCommandLine } from './command-line.js';
import { hostname, ping, timeout, whoami } from './console-programs.js';
import { msiexec } from './msiexec.js';
import { net } from './net.js';
import { powershell } from './powershell.js';
import { scriptingHost } from './script-hosts.js';
import { logoff, shutdown, taskkill, wusa } from './system-programs.js';
import { findTableProgram } from './table-program.js';

type ProgramMaker = (standIn: StandIn, argumentText: string) => ProgramBody;

/** The programs of every Windows that the stand-in knows itself, by name without `.exe`. */
const SYSTEM_PROGRAMS: Readonly<Record<string, ProgramMaker>> = {
  cmd,
  cscript: scriptingHost,
  hostname,
  logoff,
  msiexec,
  net,
  ping,
  powershell,
  shutdown,
  taskkill,
  timeout,
  whoami,
  wscript: scriptingHost,
  wusa,
};

/** What CreateProcess would start: an entry of the machine's tables, a system program, or a batch file. */
export function findProgram(standIn: StandIn, text: string): ProgramBody | undefined {
  const commandLine = parseCommandLine(text);
  return (
    findTableProgram(standIn, text.trim()) ??
    findTableProgram(standIn, commandLine.program) ??
    findSystemProgram(standIn, commandLine) ??
    findBatchFile(standIn, commandLine)
  );
}

function findSystemProgram(standIn: StandIn, { name, rest }: CommandLine): ProgramBody | undefined {
  return Object.hasOwn(SYSTEM_PROGRAMS, name) ? SYSTEM_PROGRAMS[name]?.(standIn, rest) : undefined;
}

function findBatchFile(standIn: StandIn, { program, rest }: CommandLine): ProgramBody | undefined {
  if (!/\.(?:bat|cmd)$/i.test(program)) return undefined;
  const text = standIn.machine.files.read(program);
  return text === undefined ? undefined : runBatchFile(standIn, { path: program, text, argumentText: rest });
}
