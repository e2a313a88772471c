import type {
  PlanCriterion,
  PlanSubject,
} from '../../../../../src/packages/domain/condition/plan-condition.js';
import { Environment } from '../../environment.js';
import { expandLine } from '../../cmd/expand.js';
import { installedSoftware } from '../../operations/scan-software.js';
import { systemOf } from '../../operations/scan.js';
import type { SimulatedProcess } from '../../simulated-process.js';
import type { StandIn } from '../../stand-in.js';
import { matchesPattern } from '../name-pattern.js';

export interface Place {
  readonly standIn: StandIn;
  readonly runner: SimulatedProcess;
}

/** What the model holds of a criterion's subject, as text; nothing when it is not there. Throws what a runner would report. */
export function foundIn({ subject, property }: PlanCriterion, place: Place): string[] {
  const values = valuesOf(subject, property, place);
  return values.filter((value) => value !== undefined).map(String);
}

type Value = string | number | undefined;

function valuesOf(subject: PlanSubject, property: string, place: Place): readonly Value[] {
  const { machine } = place.standIn;
  const system = systemOf(machine);
  switch (subject.kind) {
    case 'file':
      return [ofFile(expanded(subject.path, place), property, place)];
    case 'registry':
      return [ofRegistry(subject, property, place)];
    case 'os':
      return [ofSystem(system.os, property)];
    case 'architecture':
      return [system.os.architecture];
    case 'product':
      return ofProducts(subject, property, place);
    case 'process':
      return machine.model.processes
        .filter(({ name }) => matchesPattern(name, subject.name))
        .map(({ name, pid }) => `${name} (${pid})`);
    case 'service':
      return [ofService(subject.name, property, place)];
    case 'reboot-pending':
      return system.pendingReboot;
    case 'disk':
      return [ofDisk(expanded(subject.drive, place), property, place)];
    case 'memory':
      return [property === 'freeBytes' ? system.memory?.freeBytes : system.memory?.totalBytes];
    case 'logged-on-user':
      return system.users;
    case 'powershell':
      return [system.powershellVersion];
  }
}

function expanded(text: string, { runner }: Place): string {
  const environment = new Environment(runner.launch.environment);
  return expandLine(text, {
    environment,
    errorLevel: 0,
    workingDirectory: 'C:\\',
    batchArguments: undefined,
  });
}

function ofFile(path: string, property: string, { standIn }: Place): Value {
  const { files } = standIn.machine;
  const file = files.get(path);
  if (file === undefined) return property === 'exists' && files.folderExists(path) ? path : undefined;
  if (property === 'version') return file.version;
  if (property === 'sizeBytes') return file.sizeBytes ?? file.content.length;
  if (property === 'modifiedAt') throw new Error('A file of the model has no time of its last change');
  return path;
}

type RegistrySubject = Extract<PlanSubject, { kind: 'registry' }>;

function ofRegistry(subject: RegistrySubject, property: string, { standIn }: Place): Value {
  const key = keyIn(subject);
  const { registry } = standIn.machine;
  if (subject.value === null) {
    return registry.values(key) === undefined && registry.subKeys(key).length === 0 ? undefined : subject.key;
  }
  const data = registry.get(key, subject.value);
  if (property !== 'type' || data === undefined) return data;
  return typeof data === 'number' ? 'dword' : 'string';
}

/** The model has short names of the roots, and the 32-bit view below WOW6432Node. */
function keyIn({ key, view }: RegistrySubject): string {
  const short = Object.entries(LONG_ROOTS).reduce(
    (text, [long, root]) =>
      text.toUpperCase().startsWith(`${long}\\`) ? root + text.slice(long.length) : text,
    key.replace(/\\+$/, ''),
  );
  return view === 64 ? short : short.replace(/^(HKLM\\SOFTWARE)(?=\\)/i, '$1\\WOW6432Node');
}

const LONG_ROOTS = {
  HKEY_LOCAL_MACHINE: 'HKLM',
  HKEY_CURRENT_USER: 'HKCU',
  HKEY_CLASSES_ROOT: 'HKCR',
  HKEY_USERS: 'HKU',
};

type Os = ReturnType<typeof systemOf>['os'];

function ofSystem(os: Os, property: string): Value {
  switch (property) {
    case 'name':
      return os.name;
    case 'version':
      return `${os.version}.${os.revision ?? 0}`;
    case 'build':
      return os.build;
    case 'release':
      return os.displayVersion;
    case 'kind':
      return os.kind === 'client' ? 'client' : 'server';
    default:
      return 'Professional';
  }
}

function ofProducts(
  { by, text }: Extract<PlanSubject, { kind: 'product' }>,
  property: string,
  { standIn }: Place,
): Value[] {
  const products = installedSoftware(standIn.machine).filter(({ key, name }) =>
    by === 'code' ? key.toUpperCase() === text : matchesPattern(name, text),
  );
  return products.map(({ name, version, publisher }) => {
    if (property === 'version') return version || undefined;
    return property === 'publisher' ? publisher || undefined : `${name} ${version}`.trim();
  });
}

const START_TYPES = ['boot', 'system', 'automatic', 'manual', 'disabled'];

/** A service of the model is its registry key; one that starts automatically is running. */
function ofService(name: string, property: string, { standIn }: Place): Value {
  const start = standIn.machine.registry.get(`HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`, 'Start');
  if (start === undefined) return undefined;
  if (property === 'startType') return START_TYPES[Number(start)];
  if (property === 'state') return Number(start) <= 2 ? 'running' : 'stopped';
  return name;
}

function ofDisk(drive: string, property: string, { standIn }: Place): Value {
  const disk = standIn.machine.model.disks.find(
    ({ name }) => name.toUpperCase() === `${drive.toUpperCase()}\\`,
  );
  if (property === 'freeBytes') return disk?.freeBytes;
  return property === 'totalBytes' ? disk?.sizeBytes : disk?.name;
}
