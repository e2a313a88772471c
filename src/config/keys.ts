import { hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigurationError } from './environment.js';

const KEY_BYTES = 32;

/** Where the master key comes from: a value, or a file that is made on the first start. */
export interface MasterKeySource {
  readonly value: string | undefined;
  readonly file: string;
}

/**
 * Reads the master key, making its file (mode 0600) on the first start.
 *
 * @throws ConfigurationError when the file does not hold 32 bytes in Base64.
 */
export function loadMasterKey(source: MasterKeySource): Buffer {
  if (source.value !== undefined) return Buffer.from(source.value, 'base64');
  if (!existsSync(source.file)) createKeyFile(source.file);
  const key = Buffer.from(readFileSync(source.file, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) {
    throw new ConfigurationError([
      `${source.file} must hold 32 bytes in Base64: restore it from your backup`,
    ]);
  }
  return key;
}

function createKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // `wx`: of two processes that start at once, one makes the key and both read that one.
  try {
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

const derive = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `winch/${purpose}/v1`, KEY_BYTES));

/** What a worker holds: derived from the master key, which cannot be computed back from it. */
export function deriveWorkerKey(masterKey: Buffer): Buffer {
  return derive(masterKey, 'worker');
}

/** The two uses of the worker key: sealing jobs, and the worker's token at the API. */
export interface WorkerSecrets {
  readonly jobKey: Buffer;
  readonly apiToken: string;
}

/** Derives the job-sealing key and the API token (43 characters of base64url) from the worker key. */
export function deriveWorkerSecrets(workerKey: Buffer): WorkerSecrets {
  return {
    jobKey: derive(workerKey, 'job'),
    apiToken: derive(workerKey, 'api-token').toString('base64url'),
  };
}
