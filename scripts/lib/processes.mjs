import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Starts a program in a process group of its own: Ctrl-C in a terminal goes to the whole foreground group, and
 * Redis would be gone before the api and the worker have handed back their runs.
 */
export function startChild(command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: true });
  child.on('error', () => undefined); // reported by `hasEnded` and `exitOf`; without a listener it would end us
  return child;
}

/** True once the process has ended, or could not be started at all. */
export function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** How a process ended, in words. */
export function exitOf(child) {
  if (child.pid === undefined) return 'could not be started';
  return child.signalCode ? `ended by ${child.signalCode}` : `exit code ${child.exitCode}`;
}

/** Sends SIGTERM, waits, then kills the whole group. Resolves when the process is gone. */
export async function stopChild(child, { graceMs }) {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => killGroup(child.pid), graceMs);
  await gone;
  clearTimeout(timer);
}

/** Kills a process and whatever it started in its group, at once. */
export function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** A process and the moment it was started: a pid alone may belong to a stranger by the time it is used. */
export function identityOf(pid) {
  return { pid, started: startMark(pid) };
}

/** True while exactly that process lives. */
export function isAlive(identity) {
  return identity.started !== undefined && startMark(identity.pid) === identity.started;
}

/** Ends a process that we did not start as a child (left over from a start that was killed). */
export async function endStranger(identity, { graceMs }) {
  if (!isAlive(identity)) return;
  process.kill(identity.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isAlive(identity) && Date.now() < deadline) await delay(100);
  if (isAlive(identity)) killGroup(identity.pid);
}

function startMark(pid) {
  if (existsSync('/proc/self/stat')) return startMarkFromProc(pid);
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
}

// proc(5): field 22 is the start time; field 2, the name, stands in brackets and may hold spaces itself.
function startMarkFromProc(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** A loopback port that is free at this moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** True when nobody listens there, so that we can. */
export async function isPortFree(host, port) {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    if (error.code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Asks again and again until `probe` answers something, up to a deadline; resolves with undefined after it. */
export async function until(probe, { timeoutMs, everyMs = 100 }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > deadline) return undefined;
    await delay(everyMs);
  }
}
