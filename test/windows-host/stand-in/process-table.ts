import type { ProcessLaunch } from '../engine/engine.js';
import type { StartedProgram } from '../model/machine.js';
import type { SimulatedMachine } from '../model/simulated-machine.js';
import { ProcessEnded, SimulatedProcess, type ProgramBody } from './simulated-process.js';

/** The living processes of a machine; each start and end shows in its model and in `started`. */
export class ProcessTable {
  readonly #living = new Map<number, SimulatedProcess>();
  readonly #bodies = new Set<Promise<void>>();

  constructor(private readonly machine: SimulatedMachine) {}

  start(launch: ProcessLaunch, parent: SimulatedProcess | undefined, body: ProgramBody): SimulatedProcess {
    const process = new SimulatedProcess(this.machine.allocatePid(), launch, parent);
    this.#register(process);
    const running = this.#run(process, body);
    this.#bodies.add(running);
    void running.finally(() => this.#bodies.delete(running));
    return process;
  }

  get(pid: number): SimulatedProcess | undefined {
    return this.#living.get(pid);
  }

  list(): SimulatedProcess[] {
    return [...this.#living.values()];
  }

  /** Resolves when every process is ended and every body has stopped. */
  async killAll(): Promise<void> {
    for (const process of this.list()) process.kill();
    await Promise.all(this.#bodies);
  }

  #register(process: SimulatedProcess): void {
    const { pid, name, account, launch } = process;
    const startedAt = this.machine.now().toISOString();
    const record = this.machine.addProcess({
      pid,
      parentPid: process.parent?.pid ?? SERVICES_PID,
      name,
      commandLine: launch.commandLine,
      account,
      startedAt,
    });
    this.#living.set(pid, process);
    process.onEnd((exitCode) => this.#forget(pid, record, exitCode));
  }

  #forget(pid: number, record: StartedProgram, exitCode: number): void {
    this.#living.delete(pid);
    this.machine.removeProcess(pid);
    record.exitCode = exitCode;
    record.endedAt = this.machine.now().toISOString();
  }

  /** Starts the body after the caller has its process, as a real one prints only after CreateProcess returned. */
  async #run(process: SimulatedProcess, body: ProgramBody): Promise<void> {
    await Promise.resolve();
    if (!process.alive) return;
    try {
      process.end(await body(process));
    } catch (error) {
      if (error instanceof ProcessEnded && !process.alive) return;
      process.write(
        'stderr',
        `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\r\n`,
      );
      process.end(UNHANDLED_EXCEPTION);
    }
  }
}

/** The parent of what no process of ours started: services.exe. */
const SERVICES_PID = 700;

/** STATUS of a .NET program that ended by an unhandled exception: a fault of the simulator shows like this. */
const UNHANDLED_EXCEPTION = 0xe043_4352;
