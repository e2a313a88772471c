import type { ProcessLaunch } from '../engine/engine.js';
import type { SimulatedMachine } from '../model/simulated-machine.js';
import type { TaskScheduler } from '../scheduler/task-scheduler.js';
import type { ProcessTable } from './process-table.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { WindowsInstaller } from './windows-installer.js';

/** The waits of the contract (docs/developing/operations.md), which tests may shorten. */
export interface StandInSettings {
  /** How long `start` waits for `claimed`: on Windows 60 s, or 10 s while the task does not even run. */
  readonly claimWaitMs: number;
  /** How long the runner waits for its secrets. */
  readonly secretsWaitMs: number;
  /** How long the runner waits for Windows Installer after a kill. */
  readonly installerWaitMs: number;
  /** How long a follow lets news gather before it prints them. */
  readonly followDelayMs: number;
  /** Whether `shutdown.exe` and a log off really happen after their wait, or are only recorded. */
  readonly performFinalAction: boolean;
  /** Stands for the wait of a final action when it is performed; null: the real one. */
  readonly finalActionWaitMs: number | null;
  /** How long the machine does not answer while it starts again. */
  readonly rebootDurationMs: number;
}

export const DEFAULT_SETTINGS: StandInSettings = {
  claimWaitMs: 10_000,
  secretsWaitMs: 60_000,
  installerWaitMs: 120_000,
  followDelayMs: 50,
  performFinalAction: false,
  finalActionWaitMs: null,
  rebootDurationMs: 0,
};

export type ChildLaunch = Omit<ProcessLaunch, 'account'>;

/** What a program of the stand-in works with. */
export interface StandIn {
  readonly machine: SimulatedMachine;
  readonly scheduler: TaskScheduler;
  readonly processes: ProcessTable;
  readonly power: Power;
  readonly installer: WindowsInstaller;
  readonly settings: StandInSettings;
  /** CreateProcess under the account of the parent; undefined when there is no such program. */
  spawn(parent: SimulatedProcess, launch: ChildLaunch): SimulatedProcess | undefined;
}

/** What `shutdown.exe` speaks to. */
export interface Power {
  /** Takes effect after `waitMs`; the last request counts. */
  request(kind: 'reboot' | 'shutdown', waitMs: number): void;
  /** False when nothing was pending. */
  abort(): boolean;
  reboot(): Promise<void>;
  close(): Promise<void>;
}
