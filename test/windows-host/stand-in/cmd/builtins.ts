import { copy, del, makeDirectory, removeDirectory, typeFile } from './file-builtins.js';
import {
  type CmdSession,
  endedWith,
  type Flow,
  print,
  resolvePath,
  type Streams,
  SUCCEEDED,
} from './session.js';

export type Builtin = (session: CmdSession, argument: string, streams: Streams) => Flow;

/** What cmd.exe does itself, by name; `call`, `for` and `if` are the interpreter's. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  cd: changeDirectory,
  chdir: changeDirectory,
  cls: nothing,
  color: nothing,
  copy,
  del,
  echo,
  endlocal: nothing,
  erase: del,
  exit,
  goto: goTo,
  md: makeDirectory,
  mkdir: makeDirectory,
  rd: removeDirectory,
  rem: nothing,
  rmdir: removeDirectory,
  set,
  setlocal: nothing,
  start,
  title: nothing,
  type: typeFile,
  ver,
  verify: nothing,
};

function nothing(): Flow {
  return SUCCEEDED;
}

/** One separator after the name is not printed; `echo.` is an empty line, `echo off` says nothing. */
function echo(_session: CmdSession, argument: string, { stdout }: Streams): Flow {
  const text = argument.replace(/^[\s.:,;(/\\]/, '');
  if (/^(?:on|off)\s*$/i.test(text)) return SUCCEEDED;
  print(stdout, argument.trim() === '' ? 'ECHO is on.' : text);
  return SUCCEEDED;
}

/** `exit` ends cmd.exe, `exit /b` the batch file; without a code the error level stays. */
function exit(session: CmdSession, argument: string): Flow {
  const match = /^\s*(\/b)?\s*(-?\d+)?/i.exec(argument);
  if (match?.[2] !== undefined) session.errorLevel = Number(match[2]) >>> 0;
  return { kind: match?.[1] === undefined ? 'exit' : 'exit-batch' };
}

function goTo(_session: CmdSession, argument: string): Flow {
  const label = argument.trim().replace(/^:/, '').toLowerCase();
  return label === 'eof' ? { kind: 'exit-batch' } : { kind: 'goto', label };
}

function set(session: CmdSession, argument: string, streams: Streams): Flow {
  const text = argument.trim().replace(/^"(.*)"$/, '$1');
  if (/^\/[ap]/i.test(text)) return refuse(session, streams, `set ${text}`);
  const equals = text.indexOf('=');
  if (equals < 0) return listVariables(session, text, streams);
  session.environment.set(text.slice(0, equals), text.slice(equals + 1));
  return SUCCEEDED;
}

function listVariables(session: CmdSession, prefix: string, { stdout, stderr }: Streams): Flow {
  const variables = session.environment.entries();
  const found = variables.filter(([name]) => name.toUpperCase().startsWith(prefix.toUpperCase()));
  for (const [name, value] of found) print(stdout, `${name}=${value}`);
  if (found.length > 0) return SUCCEEDED;
  print(stderr, `Environment variable ${prefix} not defined`);
  return endedWith(session, 1);
}

/** Starts a program and does not wait for it; a quoted first word is the window's title. */
function start(session: CmdSession, argument: string, streams: Streams): Flow {
  const commandLine = argument
    .trim()
    .replace(/^(?:"[^"]*"\s+)?(?:\/(?:b|min|max|low|normal|high|i)\s+)*/i, '');
  const { standIn, process, environment, workingDirectory } = session;
  const child = standIn.spawn(process, {
    commandLine,
    environment: environment.toRecord(),
    workingDirectory,
    onOutput: (stream, bytes) => streams[stream](bytes),
  });
  if (child !== undefined) return SUCCEEDED;
  print(streams.stderr, `The system cannot find the file ${commandLine}.`);
  return endedWith(session, 1);
}

function ver(_session: CmdSession, _argument: string, { stdout }: Streams): Flow {
  print(stdout, '\r\nMicrosoft Windows [Version 10.0.19045.4529]');
  return SUCCEEDED;
}

function changeDirectory(session: CmdSession, argument: string, { stdout }: Streams): Flow {
  const target = argument.trim().replace(/^\/d\s+/i, '');
  if (target === '') print(stdout, session.workingDirectory);
  else session.workingDirectory = resolvePath(session, target);
  return SUCCEEDED;
}

/** What the stand-in does not simulate fails aloud, so that no test passes by it. */
export function refuse(session: CmdSession, { stderr }: Streams, what: string): Flow {
  print(stderr, `The stand-in engine does not simulate "${what}".`);
  return endedWith(session, 1);
}
