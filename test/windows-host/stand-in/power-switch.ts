import type { SimulatedMachine } from '../model/simulated-machine.js';
import { Bell } from './bell.js';
import type { ProcessTable } from './process-table.js';
import type { Power, StandInSettings } from './stand-in.js';
import type { WindowsInstaller } from './windows-installer.js';

export interface PoweredParts {
  readonly machine: SimulatedMachine;
  readonly processes: ProcessTable;
  readonly installer: WindowsInstaller;
  readonly settings: StandInSettings;
}

/** Restarts and shuts the machine down, at once or when a requested wait is over. */
export class PowerSwitch implements Power {
  readonly #closing = new Bell();
  #pending: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly parts: PoweredParts) {}

  /** When final actions are only recorded, nothing follows from a request. */
  request(kind: 'reboot' | 'shutdown', waitMs: number): void {
    const { performFinalAction, finalActionWaitMs } = this.parts.settings;
    this.abort();
    if (!performFinalAction) return;
    const act = () => void (kind === 'reboot' ? this.reboot() : this.shutDown());
    this.#pending = setTimeout(act, finalActionWaitMs ?? waitMs).unref();
  }

  abort(): boolean {
    const wasPending = this.#pending !== undefined;
    clearTimeout(this.#pending);
    this.#pending = undefined;
    return wasPending;
  }

  async reboot(): Promise<void> {
    const { machine, settings } = this.parts;
    await this.#goDown('rebooting');
    if (settings.rebootDurationMs > 0) await this.#closing.heard(settings.rebootDurationMs);
    if (!this.#closed) machine.comeUp();
  }

  shutDown(): Promise<void> {
    return this.#goDown('shut-down');
  }

  /** Nothing that was requested or begun happens any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.ring();
    this.abort();
    await this.parts.processes.killAll();
  }

  async #goDown(transition: 'rebooting' | 'shut-down'): Promise<void> {
    const { machine, processes, installer } = this.parts;
    this.abort();
    machine.goDown(transition);
    await processes.killAll();
    installer.reset();
  }
}
