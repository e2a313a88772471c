/** Where a file of src stands: which feature or folder, and which layer of it. */
export interface Place {
  /** `assets`, `winrm`; `main` for the files beside the folders. */
  readonly folder: string;
  readonly layer: Layer;
}

export type Layer =
  | 'main'
  | 'module'
  | 'api'
  | 'service'
  | 'queue'
  | 'domain'
  | 'persistence'
  | 'database'
  | 'schema'
  | 'config'
  | 'http'
  | 'shared'
  | 'target'
  | 'worker'
  | 'consumer'
  | 'winrm'
  | 'ntlm';

/** Folders with the parts domain/, persistence/, api/, services and a module. A new one is a decision: name it here. */
export const FEATURES: readonly string[] = [
  'access',
  'assets',
  // Who did what, over all features: it belongs to none of them, and each of them would forget a part of it.
  'audit',
  'credentials',
  'deployments',
  'dispatch',
  'groups',
  'packages',
  'recording',
  'schedules',
  // Scans are jobs of their own beside runs, with results of their own: neither an asset's settings nor a run's events.
  'scanning',
  'shares',
  'webhooks',
];

const SINGLE_LAYER: Readonly<Record<string, Layer>> = {
  config: 'config',
  database: 'database',
  http: 'http',
  ntlm: 'ntlm',
  shared: 'shared',
  target: 'target',
  winrm: 'winrm',
  worker: 'worker',
};

/** Single files whose job differs from their folder's. */
const BY_FILE: Readonly<Record<string, Layer>> = {
  // The explicit list of entities needs to see each feature's, and nothing but the module needs the list.
  'src/database/entities.ts': 'schema',
  // Holds the injection tokens of settings and clock, which every service asks for.
  'src/config/config.module.ts': 'config',
};

/** The place of a file below src, or undefined when its folder is not known. */
export function placeOf(path: string): Place | undefined {
  const [, folder, ...rest] = path.split('/');
  if (folder === undefined) return undefined;
  if (rest.length === 0) return { folder: 'main', layer: 'main' };
  const layer = BY_FILE[path] ?? layerOf(folder, rest);
  return layer && { folder, layer };
}

function layerOf(folder: string, rest: readonly string[]): Layer | undefined {
  const file = rest.at(-1) ?? '';
  if (FEATURES.includes(folder)) return featureLayer(rest);
  if (file.endsWith('.module.ts')) return 'module';
  if (folder === 'worker' && /consumer\.ts$/.test(file)) return 'consumer';
  return SINGLE_LAYER[folder];
}

function featureLayer(rest: readonly string[]): Layer | undefined {
  const [part = ''] = rest;
  if (rest.length === 1) return fileLayer(part);
  return part === 'domain' || part === 'persistence' || part === 'api' ? part : undefined;
}

/** Files beside a feature's folders: `assets.module.ts`, `run-queue.ts` (it alone knows BullMQ), services. */
function fileLayer(file: string): Layer {
  if (file.endsWith('.module.ts')) return 'module';
  return /[.-]queue\.ts$/.test(file) ? 'queue' : 'service';
}
