import type { MachineTransition } from '../engine/backend.js';
import type { Hardware } from './hardware.js';
import type { MachineModel, MachineProcess, StartedProgram } from './machine.js';
import { MachineFiles } from './machine-files.js';
import { MachineRegistry } from './machine-registry.js';
import type { ProgramTables } from './program-tables.js';

/** The model of a machine whose programs come from tables. */
export interface StandInModel extends MachineModel, ProgramTables, Hardware {}

/** A machine at work: its model and what is true of it between two looks at the model. */
export class SimulatedMachine {
  readonly files: MachineFiles;
  readonly registry: MachineRegistry;
  readonly started: StartedProgram[] = [];
  readonly #watchers = new Set<(transition: MachineTransition) => void>();
  #lastPid = 1000;

  constructor(readonly model: StandInModel) {
    this.files = new MachineFiles(model.files);
    this.registry = new MachineRegistry(model.registry);
  }

  /** The machine's own clock, which may be wrong by `clockOffsetSeconds`. */
  now(): Date {
    return new Date(Date.now() + this.model.clockOffsetSeconds * 1000);
  }

  /** What tells one boot from the next. */
  get bootId(): string {
    return this.model.bootedAt;
  }

  /** Windows hands out multiples of four. */
  allocatePid(): number {
    this.#lastPid += 4;
    return this.#lastPid;
  }

  addProcess(process: MachineProcess): StartedProgram {
    const { pid, parentPid, commandLine, account, startedAt } = process;
    const record = { pid, parentPid, commandLine, account, startedAt, endedAt: null, exitCode: null };
    this.model.processes.push(process);
    this.started.push(record);
    return record;
  }

  removeProcess(pid: number): void {
    const index = this.model.processes.findIndex((process) => process.pid === pid);
    if (index >= 0) this.model.processes.splice(index, 1);
  }

  watch(listener: (transition: MachineTransition) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Changes the network's state and announces it; nothing happens when it is in that state already. */
  setOnline(online: boolean): void {
    if (this.model.online === online) return;
    this.model.online = online;
    this.#announce(online ? 'online' : 'offline');
  }

  /** Windows ends: to come again, or to stay off. */
  goDown(transition: 'rebooting' | 'shut-down'): void {
    this.model.online = false;
    this.model.connections = [];
    this.#announce(transition);
  }

  /** A new boot begins: its identity differs from the last one's, whatever the clock says. */
  comeUp(): void {
    const last = new Date(this.model.bootedAt).getTime();
    this.model.bootedAt = new Date(Math.max(this.now().getTime(), last + 1)).toISOString();
    this.setOnline(true);
  }

  #announce(transition: MachineTransition): void {
    for (const watcher of [...this.#watchers]) watcher(transition);
  }
}
