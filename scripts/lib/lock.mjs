import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isAlive, until } from './processes.mjs';

/**
 * Takes a lock file that names the process holding it. A lock whose holder is gone is stale: it is taken over
 * and what it held is answered as `previous`.
 *
 * @returns `{ taken: true, previous, update(content), release() }`, or `{ taken: false, holder }`.
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const own = { ...identityOf(process.pid) };
  if (createLock(file, own)) return heldLock(file, own, undefined);
  const previous = readLock(file);
  if (previous && isAlive(previous)) return { taken: false, holder: previous };
  rmSync(file, { force: true });
  if (createLock(file, own)) return heldLock(file, own, previous);
  return { taken: false, holder: readLock(file) ?? own };
}

/** Waits for the lock as long as another living process holds it. */
export async function waitForLock(file, { timeoutMs, onWait }) {
  let told = false;
  const attempt = () => {
    const lock = takeLock(file);
    if (!lock.taken && !told) onWait(lock.holder);
    told = true;
    return lock.taken ? lock : undefined;
  };
  return until(attempt, { timeoutMs, everyMs: 200 });
}

function heldLock(file, own, previous) {
  return {
    taken: true,
    previous,
    update: (content) => writeFileSync(file, JSON.stringify({ ...content, ...own }), { mode: 0o600 }),
    release: () => rmSync(file, { force: true }),
  };
}

function createLock(file, content) {
  try {
    writeFileSync(file, JSON.stringify(content), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // torn by a crash, or released in between: as good as stale
  }
}
