// The real PowerShell engine behind simulated hosts, built once per recipe into .cache/powershell-engine.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './bootstrap.mjs';
import { waitForLock } from './lib/lock.mjs';
import { duration, say, ScriptError } from './lib/say.mjs';

const RECIPE = join(root, 'test/windows-host/engine/powershell/recipe');
const CACHE = join(root, '.cache/powershell-engine');
const ENGINE_HOME = 'prefix/drive_c/windows/system32/WindowsPowerShell/v1.0';
const UNUSED_MS = 7 * 24 * 3_600_000;
const BUILD_TIMEOUT_MS = 15 * 60_000;

/** The engine cannot be built or run here; the message says what is missing. */
export class EngineUnavailable extends ScriptError {
  name = 'EngineUnavailable';
}

/**
 * Builds the engine when its recipe has changed or a file of it differs from what was built; otherwise takes half
 * a second.
 *
 * @returns the value of POWERSHELL_ENGINE for the processes that start hosts
 */
export async function ensurePowershellEngine() {
  const missing = whatIsMissing();
  if (missing.length > 0)
    throw new EngineUnavailable(
      `The real PowerShell engine cannot run here: ${missing.join('; ')}. See docs/developing/powershell-engine.md`,
    );
  const lock = await waitForLock(join(CACHE, 'lock'), {
    timeoutMs: BUILD_TIMEOUT_MS,
    onWait: ({ pid }) => say(`Waiting for process ${pid}, which is building the PowerShell engine`),
  });
  if (!lock)
    throw new ScriptError(
      'Another process has been building the PowerShell engine for 15 minutes: end it first',
    );
  try {
    return await ensureStages();
  } finally {
    lock.release();
  }
}

function whatIsMissing() {
  const missing = [];
  if (process.platform !== 'linux' || process.arch !== 'x64') missing.push('it needs Linux on x64');
  else if (process.getuid() !== 0)
    missing.push('it needs root (for a folder with Debian in it, and for mounts)');
  else if (!canMakeNamespaces())
    missing.push('this container may not make namespaces and overlay mounts (docker run --privileged)');
  if (!isOnPath('apt-get')) missing.push('it needs Debian or Ubuntu, for apt-get');
  return missing;
}

function canMakeNamespaces() {
  const trial =
    'mount -t tmpfs tmpfs /mnt && mkdir /mnt/l /mnt/u /mnt/w && mount -t overlay -o lowerdir=/mnt/l,upperdir=/mnt/u,workdir=/mnt/w overlay /mnt';
  return spawnSync('unshare', ['--mount', '--uts', '--pid', '--fork', 'sh', '-c', trial]).status === 0;
}

function isOnPath(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

async function ensureStages() {
  const systemKey = hashOf(['build-system.sh']);
  const system = await ensureStage(`system-${systemKey}`, 'build-system.sh', []);
  const programs = await ensureStage(`programs-${hashOf(filesOf(RECIPE), systemKey)}`, 'build-programs.sh', [
    system,
  ]);
  return `${programs}:${system}`;
}

/** A stage is a folder that appears whole: built beside its place, then renamed. */
async function ensureStage(name, script, args) {
  const folder = join(CACHE, name);
  if (existsSync(folder) && isIntact(folder)) {
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  const startedAt = Date.now();
  const building = join(CACHE, `building-${name}`);
  for (const old of [folder, building]) removeTree(old);
  mkdirSync(building, { recursive: true });
  await runScript(script, [building, ...args]);
  await cp(join(RECIPE, 'host.sh'), join(building, 'host.sh'));
  mkdirSync(join(building, 'point'), { recursive: true });
  writeFileSync(join(building, 'sums.json'), JSON.stringify(sumsOf(building)));
  renameSync(building, folder);
  removeOlder(name);
  say(
    `Built ${script.replace(/^build-|\.sh$/g, '')} of the PowerShell engine in ${duration(Date.now() - startedAt)}`,
  );
  return folder;
}

async function runScript(script, args) {
  const child = spawn(join(RECIPE, script), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) say(`PowerShell engine: ${line}`);
  const [code] = await exit;
  if (code !== 0) throw new ScriptError(`${script} failed with exit code ${code}: its message stands above`);
}

function isIntact(folder) {
  try {
    const intact = readFileSync(join(folder, 'sums.json'), 'utf8') === JSON.stringify(sumsOf(folder));
    if (!intact) say('A file of the PowerShell engine has changed since it was built: building it again');
    return intact;
  } catch {
    return false;
  }
}

/** SHA-256 of what makes the engine: our programs, the assemblies, Wine's loader and server. */
function sumsOf(folder) {
  const places = [`rootfs/${ENGINE_HOME}`, 'rootfs/usr/lib/wine', 'layer'].map((place) =>
    join(folder, place),
  );
  const files = places
    .filter((place) => existsSync(place))
    .flatMap((place) => filesOf(place).map((file) => join(place, file)));
  return Object.fromEntries(files.map((file) => [file.slice(folder.length + 1), sumOf(readFileSync(file))]));
}

function hashOf(files, ...more) {
  const contents = files.map((file) => `${file}\0${sumOf(readFileSync(join(RECIPE, file)))}`);
  return sumOf([...contents, ...more].join('\n')).slice(0, 16);
}

function sumOf(content) {
  return createHash('sha256').update(content).digest('hex');
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

/** The same stage of older recipes, unless it was used in the last week: a host may be running from it. */
function removeOlder(name) {
  const stage = name.replace(/-.*/, '-');
  const others = readdirSync(CACHE).filter((other) => other.startsWith(stage) && other !== name);
  for (const other of others) {
    const folder = join(CACHE, other);
    if (Date.now() - statSync(folder).mtimeMs > UNUSED_MS) removeTree(folder);
  }
}

/** Never across a mount: what another process has mounted there is not ours. */
function removeTree(folder) {
  spawnSync('rm', ['-rf', '--one-file-system', folder], { stdio: 'inherit' });
}
