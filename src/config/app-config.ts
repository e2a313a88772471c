import { join, resolve } from 'node:path';
import { ConfigurationError, type Environment, parseEnvironment } from './environment.js';
import { deriveWorkerKey, deriveWorkerSecrets, loadMasterKey, type WorkerSecrets } from './keys.js';

/** What both roles need. */
interface CommonConfig {
  readonly logLevel: Environment['WINCH_LOG_LEVEL'];
  readonly redisUrl: string;
  readonly worker: WorkerSecrets;
}

export interface ApiConfig extends CommonConfig {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseFile: string;
  /** Seals credentials at rest; 32 bytes. */
  readonly masterKey: Buffer;
  readonly bootstrapApiKey: string | undefined;
  /** How long the output of finished runs is kept. */
  readonly keepOutputDays: number;
  /** How long finished deployments are kept with their runs and events; what is gone has no output either. */
  readonly keepLogDays: number;
  /** How long entries of the audit log are kept. */
  readonly keepAuditDays: number;
  /** Hosts that webhooks may reach although they are not public; `http://` before a host allows it without TLS. */
  readonly webhookAllow: readonly string[];
  /** How often each asset is scanned by itself; 0: never. */
  readonly scanEveryHours: number;
}

export interface WorkerConfig extends CommonConfig {
  readonly apiUrl: string;
  readonly concurrency: number;
}

/** Nest's injection token for both: an interface has no value of its own. */
export const APP_CONFIG = Symbol('AppConfig');

/** The api role's settings. Makes the master key's file on the first start. */
export function loadApiConfig(variables: NodeJS.ProcessEnv): ApiConfig {
  const environment = parseEnvironment(variables);
  const dataDir = resolve(environment.WINCH_DATA_DIR);
  const masterKey = masterKeyOf(environment);
  return Object.freeze({
    ...common(environment),
    worker: deriveWorkerSecrets(deriveWorkerKey(masterKey)),
    host: environment.WINCH_HOST,
    port: environment.WINCH_PORT,
    dataDir,
    databaseFile: environment.WINCH_DATABASE_URL?.slice('sqlite:'.length) ?? join(dataDir, 'winch.sqlite'),
    masterKey,
    bootstrapApiKey: environment.WINCH_BOOTSTRAP_API_KEY,
    keepOutputDays: environment.WINCH_KEEP_OUTPUT_DAYS,
    keepLogDays: environment.WINCH_KEEP_LOG_DAYS,
    keepAuditDays: environment.WINCH_KEEP_AUDIT_DAYS,
    webhookAllow: environment.WINCH_WEBHOOK_ALLOW,
    scanEveryHours: environment.WINCH_SCAN_EVERY_HOURS,
  });
}

/** The worker role's settings: it never sees the master key. */
export function loadWorkerConfig(variables: NodeJS.ProcessEnv): WorkerConfig {
  const environment = parseEnvironment(variables);
  if (environment.WINCH_WORKER_KEY === undefined) {
    throw new ConfigurationError([
      'WINCH_WORKER_KEY is not set: print it on the api host with npm run worker-key',
    ]);
  }
  return Object.freeze({
    ...common(environment),
    worker: deriveWorkerSecrets(Buffer.from(environment.WINCH_WORKER_KEY, 'base64')),
    apiUrl: environment.WINCH_API_URL ?? `http://${environment.WINCH_HOST}:${environment.WINCH_PORT}`,
    concurrency: environment.WINCH_WORKER_CONCURRENCY,
  });
}

/** The worker key in Base64, for a worker on its own host or started beside the api. */
export function workerKeyFor(variables: NodeJS.ProcessEnv): string {
  return deriveWorkerKey(masterKeyOf(parseEnvironment(variables))).toString('base64');
}

function masterKeyOf(environment: Environment): Buffer {
  return loadMasterKey({
    value: environment.WINCH_MASTER_KEY,
    file: environment.WINCH_MASTER_KEY_FILE ?? join(resolve(environment.WINCH_DATA_DIR), 'master.key'),
  });
}

function common(environment: Environment): Pick<CommonConfig, 'logLevel' | 'redisUrl'> {
  if (environment.WINCH_REDIS_URL === undefined) {
    throw new ConfigurationError(['WINCH_REDIS_URL is not set: npm start finds or starts Redis and sets it']);
  }
  return { logLevel: environment.WINCH_LOG_LEVEL, redisUrl: environment.WINCH_REDIS_URL };
}
