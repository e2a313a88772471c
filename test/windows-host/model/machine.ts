/**
 * The model of one simulated Windows machine: plain data that the engines read and change and that the
 * control address shows and merges. Paths and registry keys are case-insensitive: look them up through
 * `MachineFiles` and `MachineRegistry`, never directly.
 */
export interface MachineModel {
  readonly name: string;
  online: boolean;
  /** Instant of the last boot, ISO 8601; the boot identity that the runner reports. */
  bootedAt: string;
  clockOffsetSeconds: number;
  files: Record<string, MachineFile>;
  registry: Record<string, Record<string, string | number>>;
  products: InstalledProduct[];
  processes: MachineProcess[];
  users: string[];
  sessions: MachineSession[];
}

export interface MachineFile {
  /** Text content. Binary content is kept as Latin-1 text. */
  content: string;
  version?: string;
  sizeBytes?: number;
}

export interface InstalledProduct {
  name: string;
  version: string;
  productCode: string;
  publisher?: string;
}

export interface MachineProcess {
  pid: number;
  parentPid: number;
  name: string;
  commandLine: string;
  account: string;
  startedAt: string;
  /** The session that it runs in; left out: 0, that of services. */
  sessionId?: number;
}

export interface MachineSession {
  id: number;
  user: string;
  state: 'active' | 'disconnected';
}

/** One program that was started on the host, kept for `GET /started`. */
export interface StartedProgram {
  pid: number;
  parentPid: number;
  commandLine: string;
  account: string;
  startedAt: string;
  endedAt: string | null;
  exitCode: number | null;
}
