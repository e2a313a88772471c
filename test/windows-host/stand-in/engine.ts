import type { Engine, HostProcess, ProcessLaunch } from '../engine/engine.js';
import { cmdLine } from './cmd/cmd.js';
import { expandLine } from './cmd/expand.js';
import { parseLine } from './cmd/parse-line.js';
import { Environment } from './environment.js';
import { findProgram } from './programs/find-program.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { ChildLaunch, StandIn } from './stand-in.js';

/** The engine that runs programs from tables and honours the operations' contract in TypeScript. */
export class StandInEngine implements Engine {
  constructor(private readonly standIn: Pick<StandIn, 'processes'> & { readonly self: () => StandIn }) {}

  /** A program alone is started as it is; anything else runs in a cmd.exe, as a WinRM shell's command does. */
  start(launch: ProcessLaunch): HostProcess {
    const commandLine = expanded(launch);
    const standIn = this.standIn.self();
    const program = isOneProgram(commandLine) ? findProgram(standIn, commandLine) : undefined;
    if (program !== undefined) return this.#start({ ...launch, commandLine }, program);
    const wrapped = { ...launch, commandLine: `C:\\Windows\\system32\\cmd.exe /C "${launch.commandLine}"` };
    return this.#start(wrapped, cmdLine(standIn, launch.commandLine));
  }

  /** CreateProcess by a program: no cmd.exe helps. */
  spawn(parent: SimulatedProcess, launch: ChildLaunch): SimulatedProcess | undefined {
    parent.throwIfEnded();
    const program = findProgram(this.standIn.self(), launch.commandLine);
    if (program === undefined) return undefined;
    return this.standIn.processes.start({ ...launch, account: parent.account }, parent, program);
  }

  killAll(): Promise<void> {
    return this.standIn.processes.killAll();
  }

  #start(launch: ProcessLaunch, program: ReturnType<typeof cmdLine>): HostProcess {
    return this.standIn.processes.start(launch, undefined, program);
  }
}

function expanded({ commandLine, environment, workingDirectory }: ProcessLaunch): string {
  return expandLine(commandLine, {
    environment: new Environment(environment),
    errorLevel: 0,
    workingDirectory,
    batchArguments: undefined,
  });
}

function isOneProgram(commandLine: string): boolean {
  const statements = parseLine(commandLine);
  return statements.length === 1 && statements[0]?.redirects.length === 0;
}
