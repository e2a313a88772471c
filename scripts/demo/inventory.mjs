import { setTimeout as delay } from 'node:timers/promises';
import { ScriptError } from '../lib/say.mjs';

const POLL_MS = 100;
/** The others are scanned after their run all the same; a demo with hundreds of hosts need not wait for that. */
const HOSTS_SHOWN = 3;

/** Scans some hosts, so that there is something to compare with after the deployment. One that is off has no scan. */
export async function scanBefore(api, hosts, signal) {
  const { items } = await api.get('/assets?limit=500');
  const shown = hosts.slice(0, HOSTS_SHOWN).map(({ name }) => items.find((asset) => asset.name === name));
  await Promise.all(shown.map((asset) => scan(api, asset, signal)));
}

async function scan(api, asset, signal) {
  const { id } = await api.post(`/assets/${asset.id}/scan`, {});
  await until(signal, async () => (await api.get(`/scans/${id}`)).state === 'finished');
}

/**
 * Waits for the scans after these runs and prints what they found other than before.
 *
 * @throws ScriptError when a run that did its work shows no change.
 */
export async function printChanges(api, runIds, signal) {
  for (const id of runIds.slice(0, HOSTS_SHOWN)) {
    const run = await until(signal, async () => {
      const found = await api.get(`/runs/${id}`);
      return !['pending', 'scheduled'].includes(found.rescan) && found;
    });
    if (run.rescan === null) continue;
    const changes = (run.changes ?? []).map(({ text }) => text);
    process.stdout.write(`${run.asset.name}: ${changes.join(', ') || 'nothing has changed'}\n`);
    if (run.outcome.startsWith('succeeded') && changes.length === 0)
      throw new ScriptError(`The scan after the run on ${run.asset.name} found nothing new (${run.rescan})`);
  }
}

async function until(signal, probe) {
  for (;;) {
    const found = await probe();
    if (found) return found;
    await delay(POLL_MS, undefined, { signal });
  }
}
