import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript, type ScriptResult } from './run-script.js';

describe('check-lock', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'winch-check-lock-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const check = (packages: object): ScriptResult => {
    const file = join(folder, 'package-lock.json');
    writeFileSync(file, JSON.stringify({ packages }));
    return runScript('check-lock.mjs', file);
  };

  it('accepts siblings that stand beside their package or above it', () => {
    const result = check({
      'node_modules/native': {
        version: '1.0.0',
        optionalDependencies: { 'native-linux': '1.0.0', 'native-mac': '1.0.0' },
      },
      'node_modules/native-linux': { version: '1.0.0', optional: true },
      'node_modules/native/node_modules/native-mac': { version: '1.0.0', optional: true },
    });

    expect(result).toMatchObject({ exitCode: 0, stdout: 'package-lock.json is complete: 3 entries\n' });
  });

  it('names a sibling that has no entry', () => {
    const result = check({
      'node_modules/@scope/native': {
        version: '1.0.0',
        optionalDependencies: { '@scope/native-mac': '1.0.0' },
      },
    });

    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('node_modules/@scope/native names @scope/native-mac, which has no entry');
  });

  it('does not take a sibling of another package for its own', () => {
    const result = check({
      'node_modules/native': { version: '1.0.0', optionalDependencies: { 'native-mac': '1.0.0' } },
      'node_modules/other/node_modules/native-mac': { version: '1.0.0', optional: true },
    });

    expect(result.exitCode).toBe(1);
  });

  it('refuses the address of one registry', () => {
    const result = check({
      'node_modules/zod': { version: '4.0.0', resolved: 'https://registry.example/zod/-/zod-4.0.0.tgz' },
    });

    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('node_modules/zod is tied to an address');
  });
});
