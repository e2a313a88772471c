import { baseNameOf } from '../../model/machine-files.js';
import { splitArguments } from '../programs/command-line.js';
import {
  type CmdSession,
  endedWith,
  type Flow,
  print,
  resolvePath,
  type Streams,
  SUCCEEDED,
} from './session.js';

const NOT_FOUND = 'The system cannot find the file specified.';

/** File content is kept as Latin-1 text, one character a byte. */
export function typeFile(session: CmdSession, argument: string, { stdout, stderr }: Streams): Flow {
  const content = session.standIn.machine.files.read(resolvePath(session, argument));
  if (content === undefined) return failed(session, stderr, NOT_FOUND);
  stdout(Buffer.from(content, 'latin1'));
  return SUCCEEDED;
}

/** A missing file is told on stdout and is no failure. */
export function del(session: CmdSession, argument: string, { stdout }: Streams): Flow {
  for (const word of operands(argument)) {
    const path = resolvePath(session, word);
    if (!session.standIn.machine.files.delete(path)) print(stdout, `Could Not Find ${path}`);
  }
  return SUCCEEDED;
}

export function copy(session: CmdSession, argument: string, { stdout, stderr }: Streams): Flow {
  const { files } = session.standIn.machine;
  const [source = '', destination = '.'] = operands(argument).map((word) => resolvePath(session, word));
  const file = files.get(source);
  if (file === undefined) return failed(session, stderr, NOT_FOUND);
  const isFolder = destination.endsWith('\\') || files.folderExists(destination);
  const target = isFolder ? `${destination.replace(/\\$/, '')}\\${baseNameOf(source)}` : destination;
  files.write(target, { ...file });
  print(stdout, '        1 file(s) copied.');
  return endedWith(session, 0);
}

export function makeDirectory(session: CmdSession, argument: string, { stderr }: Streams): Flow {
  const { files } = session.standIn.machine;
  for (const word of operands(argument)) {
    const path = resolvePath(session, word);
    if (files.folderExists(path)) {
      return failed(session, stderr, `A subdirectory or file ${word} already exists.`);
    }
    files.makeFolder(path);
  }
  return SUCCEEDED;
}

/** With `/s` and everything below; without it only an empty folder. */
export function removeDirectory(session: CmdSession, argument: string, { stderr }: Streams): Flow {
  const { files } = session.standIn.machine;
  for (const path of operands(argument).map((word) => resolvePath(session, word))) {
    if (!files.folderExists(path)) return failed(session, stderr, NOT_FOUND);
    if (files.list(path).length > 0 && !/\s\/s\b/i.test(` ${argument}`)) {
      return failed(session, stderr, 'The directory is not empty.');
    }
    files.deleteFolder(path);
  }
  return SUCCEEDED;
}

function operands(argument: string): string[] {
  return splitArguments(argument).filter((word) => !/^\/\w/.test(word));
}

function failed(session: CmdSession, stderr: Streams['stderr'], problem: string): Flow {
  print(stderr, problem);
  return endedWith(session, 1);
}
