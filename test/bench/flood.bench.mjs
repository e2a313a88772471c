// `npm run bench:flood [-- --hosts N] [--json FILE]`: how late are the lines of other runs while one target floods?
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { runMain, ScriptError } from '../../scripts/lib/say.mjs';
import { table } from '../../scripts/lib/table.mjs';
import { percentile } from './lib/process-figures.mjs';
import { furnish, onStage, teach } from './lib/stage.mjs';

const TIMEOUT_MS = 5 * 60_000;
const DURATION_MS = 20_000;
const LINES = 40;
const FLOOD_BYTES_PER_SECOND = 100_000_000;

const STEADY = {
  durationMs: DURATION_MS,
  output: Array.from({ length: LINES }, (_, line) => `line ${line}`),
};
const FLOOD = { durationMs: DURATION_MS, floodBytesPerSecond: FLOOD_BYTES_PER_SECOND };
const PACKAGE = { name: 'Bench', steps: [{ name: 'Talk', type: 'command', command: 'talking.exe' }] };

let options;
let stage;

await runMain(async () => {
  options = readOptions();
  await onStage({}, async (opened) => {
    stage = opened;
    report(await measure());
  });
});

function readOptions() {
  const { values } = parseArgs({ options: { hosts: { type: 'string' }, json: { type: 'string' } } });
  const hosts = Number(values.hosts ?? 20);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > 200) throw new ScriptError('--hosts takes 1 to 200');
  return { hosts, json: values.json };
}

/** The flooding host lives in a process of its own: what it costs to print is not what is measured. */
async function measure() {
  const { hosts: steady } = await stage.startHosts(options.hosts);
  const { hosts: flooding } = await stage.startHosts(1);
  for (const { control } of steady) await teach(control, { programs: { 'talking.exe': STEADY } });
  await teach(flooding[0].control, { programs: { 'talking.exe': FLOOD } });
  const { client } = await stage.startWinch(process.env.WINCH_TEST_REDIS_URL);
  await furnish(client, { hosts: steady, packageFile: PACKAGE });
  const { address, port, transport } = flooding[0];
  await client.post('/assets', { name: 'FLOOD', address, port, transport });
  const names = steady.map(({ name }) => name);
  const quiet = await latenciesOf(client, await order(client, names));
  const flood = await order(client, ['FLOOD']);
  const beside = await latenciesOf(client, await order(client, names));
  return { quiet, beside, flood: await outputOf(client, flood) };
}

async function order(client, assets) {
  const { id } = await client.post('/deployments', { package: 'Bench', targets: { assets } });
  return (await client.get(`/deployments/${id}/runs?limit=500`)).items;
}

/** For each line of these runs: from its journal entry at the target until a reader of the stream has it, milliseconds. */
async function latenciesOf(client, runs) {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const read = await Promise.all(runs.map((run) => readRun(client, run, limit)));
  return read.flat();
}

async function readRun(client, { id }, limit) {
  const latencies = [];
  for await (const { type, at } of client.runEvents(id, limit)) {
    if (type === 'step.output') latencies.push(Date.now() - Date.parse(at));
  }
  return latencies;
}

async function outputOf(client, [{ id }]) {
  await readRun(client, { id }, AbortSignal.timeout(TIMEOUT_MS));
  const [{ outputBytes, outputTruncated }] = (await client.get(`/runs/${id}`)).steps;
  return { outputBytes, outputTruncated };
}

function report({ quiet, beside, flood }) {
  const figures = {
    hosts: options.hosts,
    lineLatencyQuietP50Ms: percentile(quiet, 0.5),
    lineLatencyQuietP95Ms: percentile(quiet, 0.95),
    lineLatencyQuietMaxMs: Math.max(...quiet),
    lineLatencyBesideFloodP50Ms: percentile(beside, 0.5),
    lineLatencyBesideFloodP95Ms: percentile(beside, 0.95),
    lineLatencyBesideFloodMaxMs: Math.max(...beside),
    floodKeptBytes: flood.outputBytes,
    floodTruncated: flood.outputTruncated,
    loadAverage: Math.round(loadavg()[0] * 10) / 10,
  };
  process.stdout.write(
    `\n${table(['figure', 'value'], Object.entries(figures))}\n\n${cpus().length} cores (${cpus()[0].model}), Node ${process.version}\n`,
  );
  if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  if (!flood.outputTruncated || beside.length < options.hosts) process.exitCode = 1;
}
