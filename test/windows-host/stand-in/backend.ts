import type { HostBackend } from '../engine/backend.js';
import type { InstalledProduct, MachineSession } from '../model/machine.js';
import { usualHardware } from '../model/hardware.js';
import { mergeModel, type StandInPatch } from '../model/model-patch.js';
import { SimulatedMachine, type StandInModel } from '../model/simulated-machine.js';
import { TaskScheduler } from '../scheduler/task-scheduler.js';
import { StandInEngine } from './engine.js';
import { logonEnvironment } from './environment.js';
import { PowerSwitch } from './power-switch.js';
import { ProcessTable } from './process-table.js';
import { DEFAULT_SETTINGS, type StandIn, type StandInSettings } from './stand-in.js';
import { WindowsInstaller } from './windows-installer.js';

export interface StandInBackendOptions extends Partial<StandInSettings> {
  /** The computer's name, `PC-0001`. */
  readonly name: string;
  readonly users?: readonly string[];
  readonly sessions?: readonly MachineSession[];
  readonly products?: readonly InstalledProduct[];
  /** Merged into the fresh machine: files, registry, `programs`, `msiPackages`, `quirks`. */
  readonly patch?: StandInPatch;
}

/**
 * A simulated machine whose programs come from tables (DESIGN section 9, stand-in engine). An idle one holds
 * no timer and a few kilobytes.
 */
export function createStandInBackend(options: StandInBackendOptions): HostBackend {
  const machine = new SimulatedMachine(freshModel(options));
  if (options.patch !== undefined) mergeModel(machine, options.patch);
  const { standIn, engine } = assemble(machine, { ...DEFAULT_SETTINGS, ...settingsOf(options) });
  return {
    model: machine.model,
    engine,
    environmentOf: (account) => logonEnvironment(machine.model.name, account),
    patchModel: (patch) => mergeModel(machine, patch),
    started: () => machine.started,
    tasks: () => standIn.scheduler.list(),
    reboot: () => standIn.power.reboot(),
    watch: (listener) => machine.watch(listener),
    close: () => standIn.power.close(),
  };
}

function assemble(
  machine: SimulatedMachine,
  settings: StandInSettings,
): { standIn: StandIn; engine: StandInEngine } {
  const processes = new ProcessTable(machine);
  const installer = new WindowsInstaller();
  const engine = new StandInEngine({ processes, self: () => standIn });
  const scheduler = new TaskScheduler({
    engine,
    now: () => machine.now(),
    environmentOf: (account) => logonEnvironment(machine.model.name, account),
    startResult: () => machine.model.quirks.taskStartResult,
  });
  const power = new PowerSwitch({ machine, processes, installer, settings });
  const standIn: StandIn = {
    machine,
    scheduler,
    processes,
    power,
    installer,
    settings,
    spawn: (parent, launch) => engine.spawn(parent, launch),
  };
  return { standIn, engine };
}

function freshModel({ name, users, sessions, products }: StandInBackendOptions): StandInModel {
  return {
    name,
    online: true,
    bootedAt: new Date(Date.now() - UPTIME_MS).toISOString(),
    clockOffsetSeconds: 0,
    files: {},
    registry: {},
    products: [...(products ?? [])],
    processes: [],
    users: [...(users ?? ['Administrator'])],
    sessions: [...(sessions ?? [])],
    programs: {},
    msiPackages: {},
    ...usualHardware(),
    quirks: { refusal: null, taskStartResult: null, holdsClaim: false },
    shares: {},
    connections: [],
  };
}

const UPTIME_MS = 3_600_000;

function settingsOf(options: StandInBackendOptions): Partial<StandInSettings> {
  const {
    name: _name,
    users: _users,
    sessions: _sessions,
    products: _products,
    patch: _patch,
    ...settings
  } = options;
  return settings;
}
