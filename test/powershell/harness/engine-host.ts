import type { OperationsHost } from '../../contract/operations/operations-host.js';
import { overWinrm } from '../../contract/operations/winrm-operations-host.js';
import { eventually } from '../../contract/operations/run-under-test.js';
import { Deadline } from '../../../src/shared/deadline.js';
import { Secret } from '../../../src/shared/secret.js';
import { identify, type SessionOptions } from '../../../src/winrm/index.js';
import {
  createPowershellBackend,
  type PowershellBackend,
} from '../../windows-host/engine/powershell/backend.js';
import { startWindowsHost } from '../../windows-host/host.js';

const ACCOUNT = { user: 'Administrator', password: 'Contract-1' };

/** A host with the real engine behind WinRM, and its machine for what no operation tells. */
export interface EngineHost extends OperationsHost {
  readonly backend: PowershellBackend;
  readonly session: SessionOptions;
}

let hostsMade = 0;

export async function engineHost(): Promise<EngineHost> {
  const name = `PC-${String(++hostsMade).padStart(4, '0')}`;
  const backend = await createPowershellBackend({ name });
  const host = await startWindowsHost({ name, backend, accounts: [ACCOUNT] });
  const address = { host: host.address, port: host.port, transport: 'http' } as const;
  const session: SessionOptions = {
    ...address,
    authentication: 'negotiate',
    username: ACCOUNT.user,
    password: new Secret(ACCOUNT.password),
  };
  const machine = {
    ...machineAccess(backend),
    reboot: () => reboot(backend, address),
    close: () => host.close(),
  };
  return { ...overWinrm(machine, session), backend, session };
}

function machineAccess(
  backend: PowershellBackend,
): Omit<OperationsHost, 'runOperation' | 'close' | 'reboot'> {
  const { drive } = backend;
  return {
    runsScripts: true,
    readFile: (path) => Promise.resolve(drive.read(path)),
    listFolder: (path) => Promise.resolve(drive.list(path)),
    appendToFile: (path, text) => Promise.resolve(drive.append(path, text)),
    processes: () => Promise.resolve(backend.model.processes),
    started: () => Promise.resolve(backend.started()),
    setShare: (root, share) => Promise.resolve(backend.shares.set(root, share)),
    connections: () => Promise.resolve(backend.shares.connections),
    tasks: () => Promise.resolve(backend.tasks().map(({ path }) => path)),
    // Wine's `start` is a program of its own, which ends too soon to be seen as a parent.
    leavingBehind: (line, lastsSeconds) =>
      `C:\\sim\\target.exe --start "${line}" --sleep ${1000 * lastsSeconds}`,
    startProgram: (line) => {
      void startAsSystem(backend, line);
      return Promise.resolve();
    },
    endProcess: async (pid) => void (await startAsSystem(backend, `taskkill /f /pid ${pid}`)),
  };
}

/** Resolves with the exit code. */
function startAsSystem(backend: PowershellBackend, commandLine: string): Promise<number> {
  const account = 'SYSTEM';
  const launch = { account, environment: backend.environmentOf(account), workingDirectory: 'C:\\' };
  return backend.engine.start({ ...launch, commandLine, onOutput: () => undefined }).exited;
}

/** Resolves when WinRM answers again. */
async function reboot(
  backend: PowershellBackend,
  address: Pick<SessionOptions, 'host' | 'port' | 'transport'>,
): Promise<void> {
  await backend.reboot();
  await eventually(async () => {
    try {
      await identify(address, Deadline.in(1000));
      return true;
    } catch {
      return false;
    }
  }, 'WinRM answers after the restart');
}
