import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap.mjs';
import { exitOf, freePort, hasEnded, startChild, stopChild } from '../lib/processes.mjs';
import { ScriptError } from '../lib/say.mjs';

/** npm start itself takes up to 15 s for its processes and 10 s for Redis. */
const STOP_GRACE_MS = 30_000;
const READY_LINE = /Winch is ready/;
const LOG_LINES = 40;

/**
 * Starts Winch as `npm start` does, in a folder of its own and without any setting of the caller's.
 *
 * @returns `{ address, key, stop(), log() }`
 */
export async function startWinch(folder) {
  const port = await freePort();
  const key = `winch_demo_${randomBytes(24).toString('base64url')}`;
  const logFile = join(folder, 'winch.log');
  const child = launch(logFile, environment({ folder, port, key }));
  const stop = () => stopChild(child, { graceMs: STOP_GRACE_MS });
  const log = () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n');
  await untilReady(child, log);
  return { address: `http://127.0.0.1:${port}`, key, stop, log };
}

function launch(logFile, env) {
  const output = openSync(logFile, 'a', 0o600);
  const child = startChild(process.execPath, [join(root, 'scripts/start.mjs')], {
    cwd: root,
    env,
    stdio: ['ignore', output, 'pipe'],
  });
  closeSync(output);
  return child;
}

/** An empty value counts as not set, and keeps `.env` from setting it. */
function environment({ folder, port, key }) {
  const inherited = Object.keys(process.env).filter((name) => name.startsWith('WINCH_'));
  const blank = [...inherited, ...settingNames()].map((name) => [name, '']);
  return {
    ...process.env,
    ...Object.fromEntries(blank),
    WINCH_DATA_DIR: join(folder, 'data'),
    WINCH_PORT: String(port),
    WINCH_BOOTSTRAP_API_KEY: key,
    WINCH_REDIS_URL: process.env.WINCH_TEST_REDIS_URL ?? '',
  };
}

function settingNames() {
  return readFileSync(join(root, '.env.example'), 'utf8').match(/^WINCH_\w+/gm);
}

async function untilReady(child, log) {
  const ready = new Promise((resolve) => {
    child.stderr.on('data', (bytes) => {
      if (READY_LINE.test(bytes.toString())) resolve();
      else process.stderr.write(bytes);
    });
  });
  await Promise.race([ready, once(child, 'exit')]);
  if (hasEnded(child))
    throw new ScriptError(`Winch did not start (${exitOf(child)}). Its log ends with:\n${log()}`);
}
