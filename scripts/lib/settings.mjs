import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../bootstrap.mjs';
import { ScriptError } from './say.mjs';

/** Variables that only the api may see (DESIGN section 10: a worker holds neither database nor master key). */
const ONLY_FOR_API = [
  'WINCH_MASTER_KEY',
  'WINCH_MASTER_KEY_FILE',
  'WINCH_DATABASE_URL',
  'WINCH_BOOTSTRAP_API_KEY',
];

/** Adds what `.env` in the checkout's folder says to the environment; what is set already stays. */
export function loadEnvFile() {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/** A module of the built program: `fromDist('src/config/app-config.js')`. */
export function fromDist(path) {
  return import(pathToFileURL(join(root, 'dist', path)).href);
}

/** The parsed WINCH_* settings; every fault at once as one error. */
export async function parsedSettings(variables = process.env) {
  const { parseEnvironment } = await fromDist('src/config/environment.js');
  return orScriptError(() => parseEnvironment(variables));
}

/** The worker's key in Base64, made on the first start. */
export async function workerKey(variables = process.env) {
  const { workerKeyFor } = await fromDist('src/config/app-config.js');
  return orScriptError(() => workerKeyFor(variables));
}

/** The environment of an api process. */
export function apiEnvironment(redisUrl) {
  return { ...process.env, WINCH_ROLE: 'api', WINCH_REDIS_URL: redisUrl };
}

/** The environment of a worker process: without what only the api may see. */
export function workerEnvironment(additions) {
  const environment = { ...process.env, WINCH_ROLE: 'worker', ...additions };
  for (const name of ONLY_FOR_API) delete environment[name];
  return environment;
}

/** How to reach the api from this machine: a wildcard address is listened on, not connected to. */
export function localAddress({ WINCH_HOST: host, WINCH_PORT: port }) {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function orScriptError(work) {
  try {
    return work();
  } catch (error) {
    if (error.code === 'configuration-invalid') throw new ScriptError(error.message);
    throw error;
  }
}
