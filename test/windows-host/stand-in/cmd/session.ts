import type { Environment } from '../environment.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';

export type Output = (bytes: Buffer) => void;

export interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** One cmd.exe at work. */
export interface CmdSession {
  readonly standIn: StandIn;
  readonly process: SimulatedProcess;
  readonly environment: Environment;
  workingDirectory: string;
  errorLevel: number;
  /** Of the batch file that is being run; undefined on a command line. */
  batchArguments: readonly string[] | undefined;
}

/** What a command did to the flow: `exit` ends cmd.exe, `exit-batch` the batch file, `goto` continues at a label. */
export type Flow =
  | { readonly kind: 'next'; readonly succeeded: boolean }
  | { readonly kind: 'exit' | 'exit-batch' }
  | { readonly kind: 'goto'; readonly label: string };

export const SUCCEEDED: Flow = { kind: 'next', succeeded: true };

/** Sets the error level, by which the next `&&` or `||` goes. */
export function endedWith(session: CmdSession, code: number): Flow {
  session.errorLevel = code;
  return { kind: 'next', succeeded: code === 0 };
}

export function print(output: Output, line: string): void {
  output(Buffer.from(`${line}\r\n`));
}

/** The full path of what a command names, without its quotes. */
export function resolvePath(session: CmdSession, text: string): string {
  const path = text.trim().replaceAll('"', '').replaceAll('/', '\\');
  if (/^(?:[a-z]:\\|\\\\)/i.test(path)) return path;
  if (path.startsWith('\\')) return `${session.workingDirectory.slice(0, 2)}${path}`;
  return `${session.workingDirectory.replace(/\\$/, '')}\\${path.replace(/^\.\\/, '')}`;
}
