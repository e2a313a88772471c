// Finds or starts Redis, in the order of the README: an address, redis-server, apt-get, a container.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { exitOf, freePort, hasEnded, startChild, stopChild, until } from './lib/processes.mjs';
import { say, ScriptError } from './lib/say.mjs';

const READY_TIMEOUT_MS = 20_000;
const STOP_GRACE_MS = 10_000;
const CONTAINER_IMAGE = 'docker.io/library/redis:7';

/**
 * Provides Redis.
 *
 * @param address an existing Redis (`redis://...`); used as it is, and never stopped by us
 * @param dataDir where a Redis of our own keeps its append-only file; undefined: it keeps nothing (tests)
 * @returns `{ url, start(), stop() }`: `start` resolves with the process (undefined for an address that was given)
 *   once Redis answers, and can be called again when that process has died.
 */
export async function provideRedis({ address, dataDir }) {
  if (address) return { url: address, start: async () => undefined, stop: async () => undefined };
  const program = await findProgram();
  const settings = { port: await freePort(), password: randomBytes(24).toString('base64url'), dataDir };
  return ownRedis(program, settings);
}

function ownRedis(program, settings) {
  let child;
  return {
    url: `redis://:${settings.password}@127.0.0.1:${settings.port}`,
    start: async () => {
      child = launch(program, settings);
      await waitUntilReady(child, settings);
      return child;
    },
    stop: async () => child && stopChild(child, { graceMs: STOP_GRACE_MS }),
  };
}

/** How Redis is started here: `native` by the program, `container` by an engine's command line. */
async function findProgram() {
  if (isOnPath('redis-server')) return { kind: 'native', command: 'redis-server' };
  if (await installedByApt()) return { kind: 'native', command: 'redis-server' };
  const engine = ['docker', 'podman'].find((name) => isOnPath(name) && answers(name));
  if (engine) return { kind: 'container', command: engine };
  throw new ScriptError(
    [
      'Winch needs Redis 6.2 or newer and found none. Do one of these:',
      '  - set WINCH_REDIS_URL (for npm test WINCH_TEST_REDIS_URL) to one that runs: redis://:password@host:6379',
      '  - install redis-server so that it is on the PATH (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis)',
      '  - run this command as root on Debian or Ubuntu: it installs redis-server by itself',
      '  - start Docker or Podman: Winch then runs Redis in a container',
    ].join('\n'),
  );
}

async function installedByApt() {
  if (process.getuid?.() !== 0 || !isDebianLike() || !isOnPath('apt-get')) return false;
  if (!(await mayInstall())) return false;
  say('Installing redis-server with apt-get (its own service is not used; Winch starts a private one)');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { stdio: ['ignore', 2, 2], env: environment };
  spawnSync('apt-get', ['update', '-qq'], options); // without it a fresh machine knows no packages
  const result = spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'],
    options,
  );
  if (result.status !== 0) say('apt-get could not install redis-server (its message stands above)');
  return result.status === 0 && isOnPath('redis-server');
}

/** Asks at a terminal; elsewhere (CI, a container) the command itself is the consent. */
async function mayInstall() {
  if (!process.stdin.isTTY || process.env.CI) return true;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(
    '[winch] Redis is missing. Install redis-server with apt-get now? [Y/n] ',
  );
  prompt.close();
  return !/^n/i.test(answer.trim());
}

function isDebianLike() {
  const file = '/etc/os-release';
  return existsSync(file) && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync(file, 'utf8'));
}

function isOnPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function answers(engine) {
  return spawnSync(engine, ['info'], { stdio: 'ignore', timeout: 5000 }).status === 0;
}

/** The configuration goes through stdin: a password on a command line is readable by every user. */
function launch(program, settings) {
  if (settings.dataDir) mkdirSync(redisFolder(settings), { recursive: true, mode: 0o700 });
  const { command, args, inside } =
    program.kind === 'native' ? native(program, settings) : container(program, settings);
  const child = startChild(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.log = [];
  child.stdout.on('data', (bytes) => {
    child.log = [...child.log, bytes.toString()].slice(-20);
  });
  child.stdin.on('error', () => undefined); // it ended before it read its settings: waitUntilReady tells how
  child.stdin.end(configuration(settings, inside));
  return child;
}

function native(program, settings) {
  return {
    command: program.command,
    args: ['-'],
    inside: { bind: '127.0.0.1', port: settings.port, folder: settings.dataDir && redisFolder(settings) },
  };
}

// Not run on the machine that Winch is built on: no container engine answers there.
function container(program, settings) {
  const volume = settings.dataDir ? ['--volume', `${redisFolder(settings)}:/data`] : [];
  const publish = ['--publish', `127.0.0.1:${settings.port}:6379`];
  return {
    command: program.command,
    args: ['run', '--rm', '--interactive', ...publish, ...volume, CONTAINER_IMAGE, 'redis-server', '-'],
    inside: { bind: '0.0.0.0', port: 6379, folder: settings.dataDir && '/data' },
  };
}

function redisFolder(settings) {
  return join(settings.dataDir, 'redis');
}

function configuration(settings, { bind, port, folder }) {
  const lines = [
    `bind ${bind}`,
    `port ${port}`,
    `requirepass ${settings.password}`,
    'maxmemory-policy noeviction', // BullMQ's jobs are no cache
    'save ""',
    `appendonly ${folder ? 'yes' : 'no'}`,
  ];
  if (folder) lines.push(`dir "${folder.replaceAll(/["\\]/g, '\\$&')}"`);
  return `${lines.join('\n')}\n`;
}

async function waitUntilReady(child, settings) {
  const probe = async () => hasEnded(child) || (await ping(settings));
  const answer = await until(probe, { timeoutMs: READY_TIMEOUT_MS, everyMs: 20 });
  if (answer === true && !hasEnded(child)) return;
  await stopChild(child, { graceMs: STOP_GRACE_MS });
  throw new ScriptError(`Redis did not start (${exitOf(child)}). Its last words:\n${child.log.join('')}`);
}

/** True when Redis has loaded its data and takes our password. */
function ping({ port, password }) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    let reply = '';
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.on('error', () => settle(false));
    socket.on('data', (bytes) => {
      reply += bytes.toString();
      if (reply.split('\r\n').length > 2) settle(reply === '+OK\r\n+PONG\r\n');
    });
  });
}
