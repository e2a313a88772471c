import { Environment } from '../environment.js';
import type { ProgramBody, SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { splitArguments } from '../programs/command-line.js';
import { runLine } from './interpreter.js';
import { type CmdSession, endedWith, type Flow, print, type Streams } from './session.js';

/** `cmd.exe`: runs what stands after `/c`. Without it, it has nothing to read and ends. */
export function cmd(standIn: StandIn, argumentText: string): ProgramBody {
  const match = /^((?:\/[a-bd-z](?::\w+)?\s*)*)\/c\s*(.*)$/is.exec(argumentText.trim());
  const command = match?.[2];
  if (command === undefined) return () => Promise.resolve(0);
  return cmdLine(standIn, withoutOuterQuotes(command, /\/s/i.test(match?.[1] ?? '')));
}

/** A command line as cmd.exe would be given it after `/c`. */
export function cmdLine(standIn: StandIn, line: string): ProgramBody {
  return async (process) => {
    const session = newSession(standIn, process);
    await runLine(session, line, streamsOf(process));
    return session.errorLevel;
  };
}

/** The first and the last quote go, unless without `/s` the only two of them stand around a program (`cmd /?`). */
function withoutOuterQuotes(command: string, strip: boolean): string {
  const text = command.trimEnd();
  const isQuotedProgram = /^"[^"]*\.(?:exe|com|bat|cmd)"[^"]*$/i.test(text);
  if (!text.startsWith('"') || (!strip && isQuotedProgram)) return text;
  const last = text.lastIndexOf('"');
  return text.slice(1, last) + text.slice(last + 1);
}

export interface BatchFile {
  readonly path: string;
  readonly text: string;
  readonly argumentText: string;
}

/** A .bat or .cmd: line by line, with labels. */
export function runBatchFile(standIn: StandIn, file: BatchFile): ProgramBody {
  return async (process) => {
    const session = newSession(standIn, process);
    session.batchArguments = [file.path, ...splitArguments(file.argumentText)];
    await runLines(session, file.text.split(/\r?\n/));
    return session.errorLevel;
  };
}

async function runLines(session: CmdSession, lines: readonly string[]): Promise<void> {
  const streams = streamsOf(session.process);
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim();
    if (line.startsWith(':')) continue;
    const flow = await runLine(session, line, streams);
    if (flow.kind === 'exit' || flow.kind === 'exit-batch') return;
    if (flow.kind !== 'goto') continue;
    at = labelAt(lines, flow);
    if (at < 0) return missingLabel(session, streams, flow);
  }
}

function labelAt(lines: readonly string[], { label }: Extract<Flow, { kind: 'goto' }>): number {
  return lines.findIndex((line) => line.trim().toLowerCase() === `:${label}`);
}

function missingLabel(
  session: CmdSession,
  { stderr }: Streams,
  { label }: Extract<Flow, { kind: 'goto' }>,
): void {
  print(stderr, `The system cannot find the batch label specified - ${label}`);
  endedWith(session, 1);
}

function newSession(standIn: StandIn, process: SimulatedProcess): CmdSession {
  const { environment, workingDirectory } = process.launch;
  return {
    standIn,
    process,
    environment: new Environment(environment),
    workingDirectory,
    errorLevel: 0,
    batchArguments: undefined,
  };
}

function streamsOf(process: SimulatedProcess): Streams {
  return {
    stdout: (bytes) => process.write('stdout', bytes),
    stderr: (bytes) => process.write('stderr', bytes),
  };
}
