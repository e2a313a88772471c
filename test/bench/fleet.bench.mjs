// `npm run bench:fleet [-- --hosts N] [--json FILE] [--profile FOLDER]`: one deployment to a fleet of stand-in hosts.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runMain, ScriptError } from '../../scripts/lib/say.mjs';
import { table } from '../../scripts/lib/table.mjs';
import { cpuSecondsOf, peakRssMebibytesOf, percentile } from './lib/process-figures.mjs';
import { furnish, onStage } from './lib/stage.mjs';

const RUNS_TIMEOUT_MS = 10 * 60_000;
const POLL_MS = 1_000;
/** Runs whose first output is timed over their event stream: following all of them would measure the followers. */
const SAMPLE = 20;

/** Three steps of a line a second for three seconds each: what an installer that talks looks like. */
const PACKAGE = {
  name: 'Bench',
  steps: ['Prepare', 'Install', 'Check'].map((name) => ({
    name,
    type: 'command',
    command: 'ping -n 4 127.0.0.1',
  })),
};

let options;
let stage;

await runMain(async () => {
  options = readOptions();
  await onStage({ profileFolder: options.profile }, async (opened) => {
    stage = opened;
    report(await measure());
  });
});

function readOptions() {
  const { values } = parseArgs({
    options: {
      hosts: { type: 'string', default: '200' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const hosts = Number(values.hosts);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > 5000) throw new ScriptError('--hosts takes 1 to 5000');
  return { ...values, hosts };
}

async function measure() {
  const { child: hostsProcess, hosts } = await stage.startHosts(options.hosts);
  const { api, worker, client } = await stage.startWinch(process.env.WINCH_TEST_REDIS_URL);
  await furnish(client, { hosts, packageFile: PACKAGE });
  const processes = { api, worker, hosts: hostsProcess };
  const before = cpuOf(processes);
  const run = await deploy(client, hosts);
  const after = cpuOf(processes);
  const roundTrips = await roundTripsOf(hosts);
  return {
    hosts: hosts.length,
    runsSucceeded: run.succeeded,
    durationSeconds: round(run.seconds),
    runsPerSecond: round(hosts.length / run.seconds),
    workerCpuMillisecondsPerRun: perRun(before.worker, after.worker),
    apiCpuMillisecondsPerRun: perRun(before.api, after.api),
    hostsCpuMillisecondsPerRun: perRun(before.hosts, after.hosts),
    roundTripsPerRun: round(roundTrips / hosts.length),
    firstOutputP50Seconds: round(percentile(run.firstOutputs, 0.5)),
    firstOutputP95Seconds: round(percentile(run.firstOutputs, 0.95)),
    workerPeakRssMebibytes: peakRssMebibytesOf(worker.pid),
    apiPeakRssMebibytes: peakRssMebibytesOf(api.pid),
  };
}

function cpuOf(processes) {
  return Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, cpuSecondsOf(pid)]));
}

function perRun(before, after) {
  return round(((after - before) * 1000) / options.hosts);
}

/** Orders the deployment and waits for its end; times the first output of a sample of its runs. */
async function deploy(client, hosts) {
  const beganAt = performance.now();
  const { id } = await client.post('/deployments', {
    package: 'Bench',
    targets: { assets: hosts.map(({ name }) => name) },
  });
  const limit = AbortSignal.timeout(RUNS_TIMEOUT_MS);
  const sampled = (await client.get(`/deployments/${id}/runs?limit=${SAMPLE}`)).items;
  const firstOutputs = Promise.all(sampled.map((run) => firstOutputOf(client, { run, beganAt, limit })));
  const deployment = await untilFinished(client, id, limit);
  const seconds = (performance.now() - beganAt) / 1000;
  return { seconds, succeeded: deployment.counts.byOutcome.succeeded ?? 0, firstOutputs: await firstOutputs };
}

async function firstOutputOf(client, { run, beganAt, limit }) {
  for await (const event of client.runEvents(run.id, limit)) {
    if (event.type === 'step.output') return (performance.now() - beganAt) / 1000;
  }
  throw new ScriptError(`${run.asset.name} printed nothing: see GET /runs/${run.id}`);
}

async function untilFinished(client, id, limit) {
  for (;;) {
    limit.throwIfAborted();
    const deployment = await client.get(`/deployments/${id}`);
    if (deployment.state === 'finished') return deployment;
    await delay(POLL_MS);
  }
}

/** WinRM requests that the hosts have seen, logons among them. */
async function roundTripsOf(hosts) {
  let sum = 0;
  for (const { control } of hosts) sum += (await (await fetch(`${control}/requests`)).json()).length;
  return sum;
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function report(figures) {
  const { model } = cpus()[0];
  const rows = Object.entries(figures).map(([name, value]) => [name, value]);
  process.stdout.write(
    `\n${table(['figure', 'value'], rows)}\n\n${cpus().length} cores (${model}), Node ${process.version}\n`,
  );
  if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  if (figures.runsSucceeded < figures.hosts) process.exitCode = 1;
}
