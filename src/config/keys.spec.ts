import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deriveWorkerKey, deriveWorkerSecrets, loadMasterKey } from './keys.js';

describe('the master key', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'winch-keys-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once, in a file that only its owner reads', () => {
    const file = join(folder, 'data', 'master.key');

    const first = loadMasterKey({ value: undefined, file });
    const second = loadMasterKey({ value: undefined, file });

    expect(first).toHaveLength(32);
    expect(second).toEqual(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('comes from the setting, and then no file is made', () => {
    const file = join(folder, 'master.key');

    const key = loadMasterKey({ value: Buffer.alloc(32, 7).toString('base64'), file });

    expect(key).toEqual(Buffer.alloc(32, 7));
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('is not replaced when its file is damaged', () => {
    const file = join(folder, 'master.key');
    writeFileSync(file, 'damaged');

    expect(() => loadMasterKey({ value: undefined, file })).toThrow('restore it from your backup');

    expect(readFileSync(file, 'utf8')).toBe('damaged');
  });

  it('reports a folder in which no file can be made', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o600);

    expect(() => loadMasterKey({ value: undefined, file: join(file, 'master.key') })).toThrow(
      /ENOTDIR|EEXIST/,
    );
  });
});

describe('the keys derived from it', () => {
  const masterKey = Buffer.alloc(32, 1);
  const workerKey = deriveWorkerKey(masterKey);

  it('are the same for the same key, on the api and on a worker', () => {
    expect(deriveWorkerSecrets(deriveWorkerKey(Buffer.alloc(32, 1)))).toEqual(deriveWorkerSecrets(workerKey));
  });

  it('differ by purpose and from what they are derived from', () => {
    const { jobKey, apiToken } = deriveWorkerSecrets(workerKey);

    const all = [masterKey, workerKey, jobKey, Buffer.from(apiToken, 'base64url')];

    expect(new Set(all.map((key) => key.toString('hex'))).size).toBe(4);
  });

  it('stay what they were: stored jobs and remote workers depend on them', () => {
    expect(workerKey.toString('hex').slice(0, 16)).toBe('fb6fad89e8ab437d');
  });
});
