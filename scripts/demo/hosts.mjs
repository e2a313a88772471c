import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../bootstrap.mjs';
import { exitOf, startChild, stopChild } from '../lib/processes.mjs';
import { ScriptError } from '../lib/say.mjs';

const STOP_GRACE_MS = 10_000;

/**
 * Starts simulated Windows hosts in a process of their own.
 *
 * @returns `{ hosts, stop() }`, each host `{ name, address, port, transport, user, password, control }`
 */
export async function startHosts(count, engine = 'stand-in') {
  const child = startChild(
    process.execPath,
    [join(root, 'dist/test/windows-host/cli.js'), '--count', String(count), '--engine', engine],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const stop = () => stopChild(child, { graceMs: STOP_GRACE_MS });
  const hosts = await Promise.race([readHosts(child, count), once(child, 'exit').then(() => [])]);
  if (hosts.length === count) return { hosts, stop };
  await stop();
  throw new ScriptError(`The simulated hosts did not start (${exitOf(child)})`);
}

async function readHosts(child, count) {
  const hosts = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) hosts.push(JSON.parse(line));
    if (hosts.length === count) break;
  }
  child.stdout.resume(); // what it prints later must not fill the pipe
  return hosts;
}

/** What the installer does on a host, and how its run must end. */
const FATES = {
  installed: {
    installer: {
      durationMs: 1500,
      exitCode: 3010,
      output: ['Copying files', 'Registering 7-Zip', 'A restart is needed to finish'],
    },
    expected: { outcome: 'succeeded-reboot-required', lastStep: 'Report', returnCode: 0 },
  },
  broken: {
    installer: { durationMs: 800, exitCode: 1603, output: ['Copying files', 'Rolling back'] },
    expected: { outcome: 'failed', lastStep: 'Install', returnCode: 1603 },
  },
  absent: { expected: { outcome: 'unreachable', lastStep: null, returnCode: null } },
};

/** The last host is switched off, the one before has a broken installer, on all others it works and wants a reboot. */
export function fateOf(index, count) {
  if (index === count - 1) return FATES.absent;
  return index === count - 2 ? FATES.broken : FATES.installed;
}

/** Puts the installer on a host, with the behaviour of its fate; or switches the host off. */
export async function prepareHost(host, { installer }) {
  const model = installer
    ? {
        files: {
          'C:\\Packages\\7z2409-x64.msi': { content: 'stands for the real package', sizeBytes: 1_990_656 },
        },
        msiPackages: { '7z2409-x64.msi': { ...PRODUCT, ...installer } },
      }
    : { online: false };
  const response = await fetch(`${host.control}/model`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(model),
  });
  if (!response.ok) throw new ScriptError(`${host.name} refused its model: ${await response.text()}`);
}

const PRODUCT = {
  productCode: '{23170F69-40C1-2702-2409-000001000000}',
  name: '7-Zip 24.09 (x64 edition)',
  version: '24.09.00.0',
  publisher: 'Igor Pavlov',
};
