import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const COMMON = ['common/json.ps1', 'common/machine.ps1', 'common/processes.ps1'];

const SHARED = [
  'output',
  'entry',
  'folder',
  'task',
  'task-xml',
  'hand-over',
  'epoch',
  'overdue',
  'follow',
].map((name) => `operations/shared/${name}.ps1`);

/** What the scan and the runner's conditions both look at. */
const INVENTORY = ['registry', 'software', 'users', 'pending-reboot', 'system'].map(
  (name) => `operations/scan/${name}.ps1`,
);

const RUNNER = [
  'journal',
  'claim',
  'secrets',
  'share',
  'decoding',
  'redaction',
  'output',
  'launch',
  'process-tree',
  'supervise',
  'kill-process',
  'msi-uninstall',
  'compare-text',
  'compare',
  'found',
  'condition',
  'step',
  'walk',
  'final-action',
  'main',
].map((name) => `runner/${name}.ps1`);

/** A scan touches no run, so that it needs nothing of the others but the way in and the way out. */
const SCAN = [
  'common/json.ps1',
  'common/machine.ps1',
  'operations/shared/output.ps1',
  'operations/shared/entry.ps1',
  ...INVENTORY,
];

export type OperationName = 'start' | 'follow' | 'cancel' | 'cleanup' | 'scan';

const cache = new Map<string, string>();

/** Several .ps1 files as one script, read once. The last one is the entry point; the others only define functions. */
function joined(key: string, files: readonly string[]): string {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const text = files
    .map((file) => readFileSync(join(import.meta.dirname, file), 'latin1').replaceAll('\r\n', '\n'))
    .join('\n');
  cache.set(key, text);
  return text;
}

/** The script of an operation: the same text for every call. Throws when a .ps1 file is not beside the compiled code. */
export function operationScript(name: OperationName): string {
  const parts = name === 'scan' ? SCAN : [...COMMON, ...SHARED];
  return joined(name, [...parts, `operations/${name}.ps1`]);
}

/** The text of runner.ps1 as it is written to a target. */
export function runnerScript(): string {
  return joined('runner', [...COMMON, ...INVENTORY, ...RUNNER]);
}
