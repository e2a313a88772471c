import { TaskScheduler } from '../../scheduler/task-scheduler.js';
import { logonEnvironment } from '../../stand-in/environment.js';
import type { HostBackend } from '../backend.js';
import type { Engine } from '../engine.js';
import { cimClasses } from './cim.js';
import { Drive } from './drive.js';
import { engineLayers } from './engine-layers.js';
import { FileShares } from './file-shares.js';
import { PowershellEngine } from './engine.js';
import { type PowerSettings, PowerSwitch } from './power-switch.js';
import { ProcessJournal } from './process-journal.js';
import { scheduleService } from './schedule-service.js';
import { ShimRequests } from './shim-requests.js';
import { SimrunDoor } from './simrun-door.js';
import { WineContainer } from './wine-container.js';
import { WineModel } from './wine-model.js';

export interface PowershellBackendOptions extends PowerSettings {
  /** The computer's name, `PC-0001`. */
  readonly name: string;
  readonly users?: readonly string[];
  /** Names the folders of the engine (engine-layers.ts). Default: this process's own. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** A backend whose C: drive can be looked at without a model in between. */
export interface PowershellBackend extends HostBackend {
  readonly drive: Drive;
  /** The file servers that the host reaches. */
  readonly shares: FileShares;
  /** Leaves no room on the host's disk until the returned function is called. */
  fillDisk(): () => void;
}

/**
 * A Windows host whose programs are real: cmd.exe, msiexec.exe and Microsoft's PowerShell 7.1 under Wine. Task
 * Scheduler and WMI, which Wine lacks, are answered by the simulator. Takes about two seconds and 150 MB.
 */
export async function createPowershellBackend(options: PowershellBackendOptions): Promise<PowershellBackend> {
  const container = await WineContainer.start(options.name, engineLayers(options.environment ?? process.env));
  const door = await SimrunDoor.open();
  const journal = new ProcessJournal();
  const drive = new Drive(container.driveC);
  const users = options.users ?? ['Administrator'];
  for (const user of users) drive.createFolder(`C:\\Users\\${user}\\AppData\\Local\\Temp`);
  const engine = new PowershellEngine({ container, door, journal });
  const machine = new WineModel({ name: options.name, users, container, drive, journal });
  const environmentOf = (account: string) => logonEnvironment(options.name, account);
  const scheduler = new TaskScheduler({
    engine: startingPrograms(engine),
    now: () => new Date(),
    environmentOf,
    startResult: () => null,
  });
  const shares = new FileShares(`${container.root}/prefix`);
  const handlers = new Map([
    ...scheduleService(scheduler),
    ...cimClasses(() => machine.model.bootedAt),
    ...shares.handlers,
  ]);
  const shim = new ShimRequests(drive.unixPath('C:\\sim\\requests'), handlers);
  const power = new PowerSwitch(machine, engine, options);
  journal.onStarted((program) => power.onStarted(program));
  return {
    model: machine.model,
    engine,
    drive,
    shares,
    fillDisk: () => container.fillDisk(),
    environmentOf,
    patchModel: (patch) => machine.patch(patch),
    refreshModel: () => machine.refresh(),
    started: () => journal.started,
    tasks: () => scheduler.list(),
    reboot: () => power.reboot(),
    watch: (listener) => machine.watch(listener),
    close: async () => {
      power.close();
      shim.close();
      await container.close();
      await door.close();
    },
  };
}

/** Task Scheduler starts programs, not command lines of cmd.exe. */
function startingPrograms(engine: PowershellEngine): Engine {
  return { start: (launch) => engine.startProgram(launch), killAll: () => engine.killAll() };
}
