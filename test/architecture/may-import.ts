import type { Layer } from './layers.js';

/** What one layer may use, and why it is so. */
export interface LayerRule {
  /** Layers of any folder. Its own layer in its own folder is always allowed. */
  readonly may: readonly Layer[];
  /** Layers that it may use only inside its own feature. */
  readonly ownOnly?: readonly Layer[];
  /** When set: the only features whose service and domain it may use. */
  readonly features?: readonly string[];
  /** Packages that it may import; node: modules are allowed to all. */
  readonly packages: RegExp;
  /** Packages that it may name in types only: they leave no trace in what runs. */
  readonly typePackages?: RegExp;
  /** Plain TypeScript: no process.env, no clock but the one it is given. */
  readonly plain: boolean;
  readonly because: string;
}

/** DESIGN section 3: main > module > api > service > domain < persistence > database. */
export const MAY_IMPORT: Readonly<Record<Layer, LayerRule>> = {
  ntlm: {
    may: [],
    packages: /^js-md4$/,
    plain: true,
    because: 'a library that could be published as it is: it imports nothing from src',
  },
  winrm: {
    may: ['ntlm'],
    packages: /^saxes$/,
    plain: true,
    because: 'a library too: WinRM needs NTLM and nothing else of ours',
  },
  shared: {
    may: [],
    packages: /^uuid$/,
    plain: true,
    because: 'everyone imports it, so it can import no one without a cycle',
  },
  target: {
    may: ['shared', 'domain'],
    packages: /^zod$/,
    plain: true,
    because: 'what runs on Windows and the schemas of what comes back: no server inside',
  },
  domain: {
    may: ['domain', 'shared', 'target'],
    packages: /^(croner|saxes|zod|yaml)$/,
    plain: true,
    because: 'the rules of the trade: pure functions that worker, recorder and tests call alike',
  },
  worker: {
    may: ['consumer', 'domain', 'target', 'winrm', 'ntlm', 'shared'],
    packages: /^(zod|pino)$/,
    plain: true,
    because: 'it has no database and no framework, so that it can be tested and moved as it is',
  },
  consumer: {
    may: ['worker', 'domain', 'target', 'config', 'shared'],
    packages: /^(bullmq|ioredis|@nestjs\/common|nestjs-pino|zod)$/,
    plain: true,
    because: 'the one file of the worker that knows BullMQ',
  },
  queue: {
    may: ['domain', 'config', 'shared'],
    packages: /^(bullmq|ioredis|@nestjs\/common|nestjs-pino)$/,
    plain: true,
    because: 'the conveyor to the workers: it carries sealed jobs and decides nothing',
  },
  persistence: {
    may: ['domain', 'database', 'config', 'shared'],
    packages: /^(typeorm|zod|@nestjs\/common)$/,
    plain: true,
    because: 'rows and queries of one feature; others ask its service',
  },
  service: {
    may: ['service', 'domain', 'target', 'database', 'config', 'shared'],
    ownOnly: ['persistence', 'queue'],
    packages: /^(@nestjs\/common|nestjs-pino|zod|yaml|prom-client)$/,
    typePackages: /^typeorm$/,
    plain: true,
    because: "it speaks the trade's words, not HTTP's: REST, schedules and tests call the same one",
  },
  api: {
    may: ['service', 'domain', 'http', 'config', 'database', 'shared'],
    packages:
      /^(@nestjs\/(common|swagger)|class-validator|class-transformer|express|rxjs|zod|nestjs-pino|yaml)$/,
    plain: true,
    because: 'it translates HTTP to a service and back, and never sees a row',
  },
  http: {
    may: ['service', 'domain', 'config', 'database', 'shared'],
    features: ['access'],
    packages: /./,
    plain: false,
    because: "the server's machinery, the same for every feature: of these it knows only who may come in",
  },
  config: {
    may: ['shared'],
    packages: /^(zod|@nestjs\/common)$/,
    plain: false,
    because: 'the one place that reads the environment',
  },
  database: {
    may: ['shared', 'config'],
    packages: /^(typeorm|zod)$/,
    plain: false,
    because: 'the only door to SQL; it knows no feature',
  },
  schema: {
    may: ['persistence', 'database'],
    packages: /^typeorm$/,
    plain: true,
    because: 'a list of the entities, written out so that nothing is found by a glob',
  },
  module: {
    may: [
      'module',
      'api',
      'service',
      'queue',
      'persistence',
      'domain',
      'database',
      'schema',
      'config',
      'http',
      'worker',
      'consumer',
      'target',
      'winrm',
      'ntlm',
      'shared',
    ],
    packages: /./,
    plain: false,
    because: 'it wires the parts together and holds no rule',
  },
  main: {
    may: ['main', 'module', 'config', 'http', 'database', 'worker', 'consumer', 'shared'],
    packages: /./,
    plain: false,
    because: 'a process per role, put together from modules',
  },
};

/** Files of a persistence folder that another feature works on, and why: each is a debt to be argued, never a habit. */
export const SHARED_ROWS: readonly {
  readonly by: string;
  readonly files: RegExp;
  readonly because: string;
}[] = [
  {
    by: 'recording',
    files: /^src\/deployments\/persistence\/(deployment|target-run)\.entity\.ts$/,
    because: 'an event and its projection on the TargetRun are one transaction (DESIGN rule 3)',
  },
  {
    by: 'dispatch',
    files: /^src\/recording\/persistence\/run-(store|writer)\.ts$/,
    because: 'a run changes state in one place only, which records the event with it',
  },
  {
    by: 'dispatch',
    files: /^src\/deployments\/persistence\/(deployment\.entity|target-run\.entity|deployment-store)\.ts$/,
    because:
      'the rows that RunStore answers with are sealed into jobs as they are, with what their deployment says',
  },
];

/** All that a service or a store may take from Nest: it is made by the container and started and stopped with the process. */
export const NEST_NAMES_FOR_PARTS: readonly string[] = [
  'Injectable',
  'Inject',
  'OnModuleInit',
  'OnModuleDestroy',
  'OnApplicationBootstrap',
  'BeforeApplicationShutdown',
  'OnApplicationShutdown',
];
