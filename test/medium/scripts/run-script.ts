import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(__dirname, '../../..');

export interface ScriptResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of scripts/ to its end, in a process of its own as npm does. */
export function runScript(name: string, ...args: string[]): ScriptResult {
  return run([resolve(root, 'scripts', name), ...args]);
}

/** Runs a few lines that import from scripts/: `import { takeLock } from '#scripts/lib/lock.mjs'`. */
export function runLines(lines: string, environment: Readonly<Record<string, string>> = {}): ScriptResult {
  const text = lines.replaceAll('#scripts', `file://${root}/scripts`);
  return run(['--input-type=module', '--eval', text], environment);
}

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ScriptResult {
  const env = { ...process.env, ...environment };
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000, env });
  return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
}
