import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../bootstrap.mjs';
import { hasEnded, startChild, stopChild } from './processes.mjs';
import { say } from './say.mjs';
import { onStopSignals } from './signals.mjs';

const STOP_GRACE_MS = 10_000;

/** Runs Jest and prints the closing line `N passed, N failed, N skipped`; returns the exit code. */
export async function runJest(jestArguments, extraEnvironment = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'winch-test-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const environment = { ...cleanEnvironment(), ...extraEnvironment, CLOSING_LINE_FILE: countsFile };
    const code = await jest(jestArguments, environment);
    return close(code, countsFile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function jest(jestArguments, environment) {
  const reporters = ['--reporters=default', `--reporters=${join(root, 'scripts/jest-closing-line.mjs')}`];
  const child = startChild(
    process.execPath,
    ['node_modules/jest/bin/jest.js', ...jestArguments, ...reporters],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: environment,
    },
  );
  const stop = () => void stopChild(child, { graceMs: STOP_GRACE_MS });
  onStopSignals({ onFirst: stop, onSecond: stop });
  if (!hasEnded(child)) await once(child, 'exit');
  return child.exitCode ?? 128 + (constants.signals[child.signalCode] ?? 0);
}

/** The settings of the shell that starts the tests must not reach them, but for those made for tests. */
function cleanEnvironment() {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) {
    if (/^WINCH_(?!TEST_|RECORDINGS$)/.test(name)) delete environment[name];
  }
  return environment;
}

/** Prints the closing line. A run that executed no test has proved nothing: it fails. */
function close(code, countsFile) {
  if (!existsSync(countsFile)) {
    say('Error: Jest ended before it could count (its message stands above)');
    return code || 1;
  }
  const { passed, failed, skipped } = JSON.parse(readFileSync(countsFile, 'utf8'));
  if (passed + failed === 0) say('Error: no test was executed: check the path or the name that you gave');
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return code || (passed + failed === 0 || failed > 0 ? 1 : 0);
}
