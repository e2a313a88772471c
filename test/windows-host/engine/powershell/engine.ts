import type { Engine, HostProcess, ProcessLaunch } from '../engine.js';
import { type WineMachine, WineProcess } from './wine-process.js';

/** Runs real Windows programs: cmd.exe, msiexec.exe and PowerShell under Wine. */
export class PowershellEngine implements Engine {
  readonly #living = new Set<WineProcess>();

  constructor(private readonly machine: WineMachine) {}

  /** As winrshost.exe starts the command of a shell: through cmd.exe, with the command line as it came. */
  start(launch: ProcessLaunch): HostProcess {
    return this.startProgram({
      ...launch,
      commandLine: `C:\\Windows\\system32\\cmd.exe /C "${launch.commandLine}"`,
    });
  }

  /** CreateProcess, as Task Scheduler does it: no cmd.exe helps. */
  startProgram(launch: ProcessLaunch): WineProcess {
    const process = new WineProcess(this.machine, launch);
    this.#living.add(process);
    void process.gone.then(() => this.#living.delete(process));
    return process;
  }

  async killAll(): Promise<void> {
    const living = [...this.#living];
    for (const process of living) process.killTree();
    await Promise.all(living.map((process) => process.gone));
  }
}
