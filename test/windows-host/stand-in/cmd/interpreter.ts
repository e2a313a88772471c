import type { MachineFiles } from '../../model/machine-files.js';
import { parseCommandLine } from '../programs/command-line.js';
import { BUILTINS, refuse } from './builtins.js';
import { evaluateIf, loopItems } from './conditions.js';
import { expandLine } from './expand.js';
import { type LocatedStatement, parseLine, type Redirect } from './parse-line.js';
import {
  type CmdSession,
  endedWith,
  type Flow,
  type Output,
  print,
  resolvePath,
  type Streams,
  SUCCEEDED,
} from './session.js';

const COMMAND_NOT_FOUND = { line: 1, batch: 9009 } as const;

/** Runs one line as cmd.exe does: expands it, takes it apart, and goes by each command's end. */
export async function runLine(session: CmdSession, line: string, streams: Streams): Promise<Flow> {
  return runExpanded(session, expandLine(line, session), streams);
}

async function runExpanded(session: CmdSession, line: string, streams: Streams): Promise<Flow> {
  let last: Flow = SUCCEEDED;
  for (const statement of parseLine(line)) {
    if (last.kind !== 'next') return last;
    if (statement.joiner === '&&' && !last.succeeded) continue;
    if (statement.joiner === '||' && last.succeeded) continue;
    if (statement.joiner === '|') return refuse(session, streams, '|');
    const rest = line.slice(statement.startsAt).trimStart();
    const compound = await runCompound(session, rest, streams);
    if (compound !== undefined) return compound;
    last = await runStatement(session, statement, streams);
  }
  return last;
}

/** `if` and `for` take the rest of the line, whatever stands in it. */
async function runCompound(session: CmdSession, rest: string, streams: Streams): Promise<Flow | undefined> {
  const text = rest.replace(/^@/, '');
  if (text.startsWith('(')) return refuse(session, streams, '( )');
  if (/^if\s/i.test(text)) {
    const found = evaluateIf(session, text);
    if (found === undefined) return refuse(session, streams, text);
    return found.holds ? runExpanded(session, found.command, streams) : SUCCEEDED;
  }
  return /^for\s/i.test(text) ? runLoop(session, text, streams) : undefined;
}

async function runLoop(session: CmdSession, text: string, streams: Streams): Promise<Flow> {
  const loop = loopItems(text);
  if (loop === undefined) return refuse(session, streams, text);
  let last: Flow = SUCCEEDED;
  for (const item of loop.items) {
    last = await runExpanded(session, loop.command.replaceAll(loop.variable, item), streams);
    if (last.kind !== 'next') return last;
  }
  return last;
}

async function runStatement(session: CmdSession, statement: LocatedStatement, outer: Streams): Promise<Flow> {
  const text = statement.text.replace(/^@/, '');
  const streams = redirected(session, statement.redirects, outer);
  const [, name = '', argument = ''] = /^([a-z]+)((?:[\s.:,;(/\\].*)?)$/is.exec(text) ?? [];
  const builtin = BUILTINS[name.toLowerCase()];
  if (builtin !== undefined) return builtin(session, argument, streams);
  if (name.toLowerCase() === 'call')
    return runStatement(session, { ...statement, text: argument.trim() }, outer);
  return runProgram(session, text.trim(), streams);
}

async function runProgram(session: CmdSession, commandLine: string, streams: Streams): Promise<Flow> {
  const { standIn, process } = session;
  const child = standIn.spawn(process, {
    commandLine,
    environment: session.environment.toRecord(),
    workingDirectory: session.workingDirectory,
    onOutput: (stream, bytes) => streams[stream](bytes),
  });
  if (child !== undefined) return endedWith(session, await process.waitFor(child));
  const { program } = parseCommandLine(commandLine);
  print(streams.stderr, `'${program}' is not recognized as an internal or external command,`);
  print(streams.stderr, 'operable program or batch file.');
  return endedWith(session, COMMAND_NOT_FOUND[session.batchArguments === undefined ? 'line' : 'batch']);
}

function redirected(session: CmdSession, redirects: readonly Redirect[], outer: Streams): Streams {
  const streams = { ...outer };
  for (const redirect of redirects) {
    if (redirect.stream === 'stdin') continue;
    streams[redirect.stream] = destination(session, redirect, streams);
  }
  return streams;
}

function destination(session: CmdSession, { target, append }: Redirect, streams: Streams): Output {
  if (target === '&1') return streams.stdout;
  if (target === '&2') return streams.stderr;
  if (target.toLowerCase() === 'nul') return () => undefined;
  return intoFile(session.standIn.machine.files, resolvePath(session, target), append);
}

function intoFile(files: MachineFiles, path: string, append: boolean): Output {
  if (!append || !files.has(path)) files.write(path, { content: '' });
  return (bytes) => files.append(path, bytes.toString('latin1'));
}
