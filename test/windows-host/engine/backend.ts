import type { MachineFile, MachineModel, StartedProgram } from '../model/machine.js';
import type { Engine } from './engine.js';

/**
 * The machine behind the WinRM half of a simulated host: its model, its scheduler and the engine that runs
 * its programs. `createStandInBackend` (test/windows-host/stand-in/backend.ts) makes the cheap one.
 */
export interface HostBackend {
  /** The machine as it is now. Read it freely; change it only through `patchModel`. */
  readonly model: MachineModel;
  /**
   * Starts the commands of shells. A shell command's `commandLine` is what `cmd.exe /C` would be given:
   * `rsp:Command`, then each `rsp:Arguments` after a space, verbatim; `%NAME%` is not yet expanded.
   */
  readonly engine: Engine;
  /** The environment of a fresh logon of this account (`PC-0001\Administrator`), `USERPROFILE` included. */
  environmentOf(account: string): Readonly<Record<string, string>>;
  /**
   * Merges a patch: files and registry keys entry by entry (`null` removes one; a registry key's values are
   * merged too), every other field as a whole. Watchers hear of it when `online` changed. What `PATCH /model`
   * was sent comes here unjudged: throws a ZodError, with nothing changed, for a patch that is none.
   */
  patchModel(patch: ModelPatch): void;
  /** Brings into the model what only programs of the host can tell: installed software under Wine. */
  refreshModel?(): void;
  /** Every program started since the machine was made, in order, the ended ones too. */
  started(): readonly StartedProgram[];
  /** Every registered task, with what the Task Scheduler would say of it. */
  tasks(): readonly TaskDescription[];
  /**
   * Restarts the machine at once, as a power button would: announces `rebooting`, ends every process, moves
   * the boot time, and announces `online` when it answers again. Resolves then.
   */
  reboot(): Promise<void>;
  /** Calls the listener on each transition, whoever caused it (`shutdown.exe`, the control address). Returns what stops it. */
  watch(listener: (transition: MachineTransition) => void): () => void;
  /** Ends every process and leaves neither a timer nor a child behind. */
  close(): Promise<void>;
}

/**
 * `rebooting` and `shut-down`: Windows ends, so connections break and every shell is forgotten.
 * `offline`: only the network goes, shells and programs live on. `online`: the machine answers again.
 * `model.online` is changed before the listener hears of it.
 */
export type MachineTransition = 'rebooting' | 'shut-down' | 'offline' | 'online';

/** What `PATCH /model` takes. */
export interface ModelPatch {
  readonly files?: Readonly<Record<string, MachineFile | null>>;
  readonly registry?: Readonly<Record<string, Readonly<Record<string, string | number | null>> | null>>;
  readonly products?: MachineModel['products'];
  readonly processes?: MachineModel['processes'];
  readonly users?: MachineModel['users'];
  readonly sessions?: MachineModel['sessions'];
  readonly online?: boolean;
  readonly clockOffsetSeconds?: number;
}

/** One registered task, for `GET /tasks`. */
export interface TaskDescription {
  /** `\Winch\0192...`. */
  readonly path: string;
  /** The account or SID that the task runs as. */
  readonly principal: string;
  readonly state: 'ready' | 'running' | 'disabled';
  readonly lastRunAt: string | null;
  /** HRESULT as unsigned 32-bit; 0x41303 has not yet run, 0x41301 running, 0x41306 ended by its time limit. */
  readonly lastTaskResult: number;
  readonly xml: string;
}
