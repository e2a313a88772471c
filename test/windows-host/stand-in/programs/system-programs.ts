import type { ProgramBody, SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { splitArguments } from './command-line.js';
import { hasOption, optionValue } from './console-programs.js';
import { findTableProgram } from './table-program.js';

const ERROR_NO_SHUTDOWN_IN_PROGRESS = 1116;

/** `shutdown.exe`: `/r` and `/s` with `/t` (30 s unless given), `/a` to take it back. */
export function shutdown(standIn: StandIn, argumentText: string): ProgramBody {
  const words = splitArguments(argumentText);
  const waitMs = Number(optionValue(words, 't') ?? 30) * 1000;
  return (process) => {
    if (hasOption(words, 'a'))
      return Promise.resolve(standIn.power.abort() ? 0 : ERROR_NO_SHUTDOWN_IN_PROGRESS);
    if (hasOption(words, 'r')) standIn.power.request('reboot', waitMs);
    else if (hasOption(words, 's')) standIn.power.request('shutdown', waitMs);
    else return usage(process, 'shutdown needs /r, /s or /a');
    return Promise.resolve(0);
  };
}

/** `logoff.exe <session>`: the session is gone when final actions are performed, else it is only recorded. */
export function logoff(standIn: StandIn, argumentText: string): ProgramBody {
  const id = Number(splitArguments(argumentText)[0]);
  const { model } = standIn.machine;
  return (process) => {
    if (!model.sessions.some((session) => session.id === id)) return usage(process, `No session ${id}`);
    if (standIn.settings.performFinalAction)
      model.sessions = model.sessions.filter((session) => session.id !== id);
    return Promise.resolve(0);
  };
}

/** `taskkill.exe` by `/pid` or `/im`, with `/t` the tree. */
export function taskkill(standIn: StandIn, argumentText: string): ProgramBody {
  const words = splitArguments(argumentText);
  const target = optionValue(words, 'pid') ?? optionValue(words, 'im') ?? '';
  return (process) => {
    const victims = standIn.processes.list().filter((candidate) => matches(candidate, target.toLowerCase()));
    if (victims.length === 0) return notFound(process, target);
    for (const victim of victims) {
      process.write('stdout', `SUCCESS: The process with PID ${victim.pid} has been terminated.\r\n`);
      if (hasOption(words, 't')) victim.killTree();
      else victim.kill();
    }
    return Promise.resolve(0);
  };
}

function matches(process: SimulatedProcess, target: string): boolean {
  return String(process.pid) === target || process.name === target;
}

function notFound(process: SimulatedProcess, target: string): Promise<number> {
  process.write('stderr', `ERROR: The process "${target}" not found.\r\n`);
  return Promise.resolve(128);
}

function usage(process: SimulatedProcess, problem: string): Promise<number> {
  process.write('stderr', `${problem}\r\n`);
  return Promise.resolve(1);
}

const ERROR_FILE_NOT_FOUND = 2;

/** `wusa.exe`: an update does what the table says of its .msu. */
export function wusa(standIn: StandIn, argumentText: string): ProgramBody {
  const update = splitArguments(argumentText).find((word) => word.toLowerCase().endsWith('.msu'));
  const known = update === undefined ? undefined : findTableProgram(standIn, update);
  return known ?? (() => Promise.resolve(ERROR_FILE_NOT_FOUND));
}
