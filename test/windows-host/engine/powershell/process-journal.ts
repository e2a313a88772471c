import { win32 } from 'node:path';
import type { MachineProcess, StartedProgram } from '../../model/machine.js';
import type { SimrunReport } from './simrun-report.js';

/** Parts of Wine and of our launcher that Windows does not have, or that nobody started. */
const SCENERY = /\\conhost\.exe\b|--console-helper\b|\\simrun\.exe\b|\\explorer\.exe"? \/desktop/i;

/** The processes that were really started on the host, as simrun's job objects report them. */
export class ProcessJournal {
  readonly living: MachineProcess[] = [];
  readonly started: StartedProgram[] = [];
  readonly #records = new Map<number, StartedProgram>();
  readonly #listeners = new Set<(program: StartedProgram) => void>();

  take(report: SimrunReport, account: string): void {
    if (report.kind === 'start') this.#onStart(report, account);
    if (report.kind === 'exit') this.#onExit(report.pid, report.exitCode);
  }

  onStarted(listener: (program: StartedProgram) => void): void {
    this.#listeners.add(listener);
  }

  #onStart(
    { pid, parentPid, startedAt, commandLine }: SimrunReport & { kind: 'start' },
    account: string,
  ): void {
    if (SCENERY.test(commandLine)) return;
    const record = { pid, parentPid, commandLine, account, startedAt, endedAt: null, exitCode: null };
    this.#records.set(pid, record);
    this.started.push(record);
    this.living.push({ pid, parentPid, name: nameOf(commandLine), commandLine, account, startedAt });
    for (const listener of this.#listeners) listener(record);
  }

  #onExit(pid: number, exitCode: number): void {
    const record = this.#records.get(pid);
    if (record === undefined) return;
    this.#records.delete(pid);
    record.exitCode = exitCode;
    record.endedAt = new Date().toISOString();
    const index = this.living.findIndex((process) => process.pid === pid);
    if (index >= 0) this.living.splice(index, 1);
  }
}

function nameOf(commandLine: string): string {
  const match = /^\s*(?:"([^"]*)"|(\S+))/.exec(commandLine);
  const name = win32.basename(match?.[1] ?? match?.[2] ?? '');
  return name.includes('.') || name === '' ? name : `${name}.exe`;
}
