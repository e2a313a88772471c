import type { OperationLine } from '../../../../src/target/operation-output.js';
import type { ScannedSoftware, ScannedSystem } from '../../../../src/target/scan-output.js';
import type { SimulatedMachine } from '../../model/simulated-machine.js';
import type { StandIn } from '../stand-in.js';
import { POWERSHELL_VERSION } from './follow.js';
import { installedSoftware } from './scan-software.js';

type System = ScannedSystem;

const ROWS_PER_LINE = 50;
const MAX_ROWS = 5000;

/** `scan` (docs/developing/operations.md): what the model of the machine says. */
export function scan(parts: {
  readonly standIn: StandIn;
  readonly say: (line: OperationLine) => void;
}): void {
  const { machine } = parts.standIn;
  const found = installedSoftware(machine);
  const rows = found.slice(0, MAX_ROWS);
  parts.say({ op: 'scan-system', ...systemOf(machine) });
  for (const part of partsOf(rows)) parts.say({ op: 'scan-software', rows: part });
  parts.say({ op: 'scan-ended', rows: rows.length, isTruncated: rows.length >= MAX_ROWS, durationMs: 0 });
}

function partsOf(rows: readonly ScannedSoftware[]): ScannedSoftware[][] {
  const count = Math.ceil(rows.length / ROWS_PER_LINE);
  return Array.from({ length: count }, (_, i) => rows.slice(i * ROWS_PER_LINE, (i + 1) * ROWS_PER_LINE));
}

/** What the model says of the machine itself. */
export function systemOf(machine: SimulatedMachine): System {
  const { model } = machine;
  return {
    computerName: model.name,
    os: {
      name: 'Microsoft Windows 11 Pro',
      version: '10.0.22631',
      build: 22631,
      revision: 4460,
      displayVersion: '23H2',
      kind: 'client',
      architecture: 'x64',
    },
    domain: 'WORKGROUP',
    isDomainMember: false,
    manufacturer: 'Winch',
    model: 'Stand-in',
    memory: model.memory,
    disks: model.disks,
    bootId: machine.bootId,
    clock: machine.now().toISOString(),
    powershellVersion: POWERSHELL_VERSION,
    pendingReboot: pendingReboot(machine),
    users: model.sessions.map(({ user }) => (user.includes('\\') ? user : `${model.name}\\${user}`)),
  };
}

const CURRENT = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';

function pendingReboot({ registry }: SimulatedMachine): System['pendingReboot'] {
  const has = (key: string) => registry.values(`${CURRENT}\\${key}`) !== undefined;
  const renames = registry.get(
    'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager',
    'PendingFileRenameOperations',
  );
  const signs: [System['pendingReboot'][number], boolean][] = [
    ['component-servicing', has('Component Based Servicing\\RebootPending')],
    ['windows-update', has('WindowsUpdate\\Auto Update\\RebootRequired')],
    ['file-rename', renames !== undefined && renames !== ''],
  ];
  return signs.flatMap(([reason, isThere]) => (isThere ? [reason] : []));
}
