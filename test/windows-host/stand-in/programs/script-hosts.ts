import type { ProgramBody, SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { splitArguments } from './command-line.js';
import { findTableProgram } from './table-program.js';

/**
 * What the stand-in understands of a script that lies in the model and has no table entry: one statement per
 * line of printing, waiting and ending. Anything else is refused aloud, never skipped.
 */
interface Dialect {
  readonly print: RegExp;
  readonly sleep: RegExp;
  readonly exit: RegExp;
  readonly ignored: RegExp;
  readonly sleepUnitMs: number;
}

const POWERSHELL: Dialect = {
  print: /^(?:write-(?:output|host)\s+)?(['"])(.*)\1$/i,
  sleep: /^start-sleep\s+(?:-seconds\s+|-s\s+)?([\d.]+)$/i,
  exit: /^exit(?:\s+(-?\d+))?$/i,
  ignored: /^(?:#.*|set-strictmode .*|\$erroractionpreference\s*=.*)?$/i,
  sleepUnitMs: 1000,
};

const SCRIPTING_HOST: Dialect = {
  print: /^wscript\.echo\s*\(?\s*(['"])(.*)\1\s*\)?;?$/i,
  sleep: /^wscript\.sleep\s*\(?\s*(\d+)\s*\)?;?$/i,
  exit: /^wscript\.quit(?:\s*\(?\s*(-?\d+)\s*\)?)?;?$/i,
  ignored: /^(?:'.*|\/\/.*|option explicit)?$/i,
  sleepUnitMs: 1,
};

/** `cscript.exe` and `wscript.exe`: the first argument that is no `//option` is the script. */
export function scriptingHost(standIn: StandIn, argumentText: string): ProgramBody {
  const script = splitArguments(argumentText).find((word) => !word.startsWith('//'));
  return scriptBody(standIn, script ?? '', SCRIPTING_HOST);
}

/** `powershell.exe` for anything but our operations and runner: the first .ps1 named, or the text of `-Command`. */
export function powershellScript(standIn: StandIn, argumentText: string): ProgramBody {
  const named = /'([^']+\.ps1)'|"([^"]+\.ps1)"|([^\s"'(&]+\.ps1)/i.exec(argumentText);
  const script = named?.[1] ?? named?.[2] ?? named?.[3];
  if (script !== undefined) return scriptBody(standIn, script, POWERSHELL);
  const command = /-c(?:ommand)?\s+(.*)$/is.exec(argumentText)?.[1] ?? '';
  return (process) => interpret(process, unquoted(command).split(';'), POWERSHELL);
}

function scriptBody(standIn: StandIn, script: string, dialect: Dialect): ProgramBody {
  const known = findTableProgram(standIn, script);
  if (known !== undefined) return known;
  return async (process) => {
    const content = standIn.machine.files.read(script);
    if (content !== undefined) return interpret(process, content.split(/\r?\n/), dialect);
    process.write('stderr', `Can not find script file "${script}".\r\n`);
    return 1;
  };
}

async function interpret(
  process: SimulatedProcess,
  lines: readonly string[],
  dialect: Dialect,
): Promise<number> {
  for (const line of lines.map((text) => text.trim())) {
    const exit = dialect.exit.exec(line);
    if (exit !== null) return Number(exit[1] ?? 0) >>> 0;
    const sleep = dialect.sleep.exec(line);
    const printed = dialect.print.exec(line);
    if (sleep !== null) await process.sleep(Number(sleep[1]) * dialect.sleepUnitMs);
    else if (printed !== null) process.write('stdout', `${printed[2] ?? ''}\r\n`);
    else if (!dialect.ignored.test(line)) return notUnderstood(process, line);
  }
  return 0;
}

function notUnderstood(process: SimulatedProcess, line: string): number {
  process.write(
    'stderr',
    `The stand-in engine does not run "${line}": give the script an entry in "programs".\r\n`,
  );
  return 1;
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/s, '$1');
}
