// `npm run demo [-- --keep] [-- --hosts N] [-- --engine powershell]`: the main job without a Windows machine, checked to its end.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureReady, root } from './bootstrap.mjs';
import { startHosts } from './demo/hosts.mjs';
import { printChanges, scanBefore } from './demo/inventory.mjs';
import { LiveView } from './demo/live-view.mjs';
import { PLAYS } from './demo/plays.mjs';
import { startWinch } from './demo/winch.mjs';
import { ApiClient } from './lib/api-client.mjs';
import { duration, runMain, say, ScriptError } from './lib/say.mjs';
import { onStopSignals } from './lib/signals.mjs';
import { table } from './lib/table.mjs';
import { ensurePowershellEngine } from './powershell-engine.mjs';

const RUNS_TIMEOUT_MS = 120_000;
const MAX_HOSTS = 500;

await runMain(main);

async function main() {
  const options = readOptions();
  process.chdir(root);
  await ensureReady({ build: true });
  if (options.engine === 'powershell') process.env.POWERSHELL_ENGINE = await ensurePowershellEngine();
  const stopRequested = new AbortController();
  const stop = () => stopRequested.abort(new ScriptError('stopped by a signal'));
  onStopSignals({ onFirst: stop, onSecond: stop });
  await inTemporaryFolder(async (stage) => {
    await demonstrate(stage, { ...options, signal: stopRequested.signal });
    if (options.keep) await keepRunning(stage, stopRequested.signal);
  });
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      keep: { type: 'boolean' },
      hosts: { type: 'string', default: '3' },
      engine: { type: 'string', default: 'stand-in' },
    },
  });
  const count = Number(values.hosts);
  if (!Number.isInteger(count) || count < 3 || count > MAX_HOSTS) {
    throw new ScriptError(
      `--hosts takes a whole number from 3 to ${MAX_HOSTS}: one succeeds, one fails, one is switched off`,
    );
  }
  if (!Object.hasOwn(PLAYS, values.engine))
    throw new ScriptError(`--engine takes one of ${Object.keys(PLAYS).join(', ')}`);
  return { count, keep: values.keep ?? false, engine: values.engine };
}

/** Whatever happens, what was put on the stage is taken off it again: processes first, then the folder. */
async function inTemporaryFolder(work) {
  const stage = { folder: mkdtempSync(join(tmpdir(), 'winch-demo-')), started: [] };
  try {
    await work(stage);
  } catch (error) {
    if (stage.winch) say(`Winch's log ends with:\n${stage.winch.log()}`);
    throw error;
  } finally {
    for (const { stop } of stage.started.toReversed()) await stop();
    rmSync(stage.folder, { recursive: true, force: true });
  }
}

async function demonstrate(stage, { count, engine, signal }) {
  const startedAt = Date.now();
  await setUp(stage, { count, engine });
  signal.throwIfAborted();
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(RUNS_TIMEOUT_MS)]);
  await scanBefore(stage.api, stage.hosts, inTime);
  const deployment = await deploy(stage);
  const runs = (await stage.api.get(`/deployments/${deployment.id}/runs?limit=500`)).items;
  const view = new LiveView();
  await followAll(stage, { runs, view, signal });
  await printLog(stage, deployment);
  checkOutcomes(stage, (await stage.api.get(`/deployments/${deployment.id}/runs?limit=500`)).items);
  checkLiveView(view, runs);
  await printChanges(
    stage.api,
    runs.map(({ id }) => id),
    AbortSignal.any([signal, AbortSignal.timeout(RUNS_TIMEOUT_MS)]),
  );
  await stage.play.check(stage.hosts);
  say(`All ${count} outcomes are as expected (${duration(Date.now() - startedAt)})`);
}

async function setUp(stage, { count, engine }) {
  stage.play = PLAYS[engine];
  say(`Starting Winch and ${count} simulated Windows hosts in ${stage.folder}`);
  const hosts = await startHosts(count, engine);
  stage.started.push(hosts);
  stage.hosts = hosts.hosts;
  stage.winch = await startWinch(stage.folder);
  stage.started.push(stage.winch);
  stage.api = new ApiClient(stage.winch);
  await Promise.all(stage.hosts.map((host, index) => stage.play.prepare(host, index, count)));
  for (const host of stage.hosts) await register(stage.api, host);
}

/** Each host has a password of its own, so each has a credential of its own that opens nothing else. */
async function register(api, host) {
  await api.post('/assets', assetOf(host));
  const { name, user, password } = host;
  await api.post('/credentials', {
    name: `Local ${name}`,
    username: user,
    password,
    scope: { assets: [name] },
  });
}

function assetOf({ name, address, port, transport }) {
  const tls = transport === 'https' ? { tlsVerify: 'none' } : {};
  return { name, address, port, transport, authentication: 'negotiate', ...tls };
}

async function deploy(stage) {
  const file = readFileSync(stage.play.packageFile, 'utf8');
  const imported = await stage.api.post('/packages/import', file, 'application/yaml');
  const assets = stage.hosts.map(({ name }) => name);
  say(`Deploying ${imported.name} to ${assets.length} hosts`);
  return stage.api.post('/deployments', { package: imported.name, targets: { assets } });
}

async function followAll(stage, { runs, view, signal }) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(RUNS_TIMEOUT_MS)]);
  await Promise.all(
    runs.map((run) => view.follow(stage.api, { runId: run.id, name: nameOf(run), signal: limit })),
  );
}

async function printLog(stage, deployment) {
  const { items } = await stage.api.get(`/log?deploymentId=${deployment.id}&limit=500`);
  const titles = ['Completed', 'Asset', 'Package', 'Executor', 'Return', 'Last step', 'Run mode', 'Message'];
  const rows = items.map((record) => [
    record.completedAt,
    nameOf(record),
    `${record.package?.name ?? record.package} r${record.revision}`,
    record.executor,
    record.returnCode,
    record.lastStep,
    record.runMode,
    record.message,
  ]);
  process.stdout.write(`\n${table(titles, rows)}\n\n`);
}

function checkOutcomes({ hosts, play }, runs) {
  const faults = hosts.flatMap((host, index) => {
    const expected = play.expectedOf(index, hosts.length);
    const run = runs.find((candidate) => nameOf(candidate) === host.name);
    return Object.entries(expected)
      .filter(([field, value]) => (run?.[field] ?? null) !== value)
      .map(([field, value]) => `${host.name}: ${field} is ${run?.[field]}, expected ${value}`);
  });
  if (faults.length > 0) throw new ScriptError(`The demo went wrong:\n  ${faults.join('\n  ')}`);
}

function checkLiveView(view, runs) {
  if (!runs.some(({ id }) => view.sawLiveOutput(id)))
    throw new ScriptError('No output arrived while its step ran');
}

function nameOf({ asset }) {
  return typeof asset === 'string' ? asset : asset.name;
}

async function keepRunning({ winch, hosts }, signal) {
  say('Everything keeps running until Ctrl-C. Look around:');
  process.stdout.write(
    [
      `  API reference  ${winch.address}/docs`,
      `  key            ${winch.key}`,
      `  try            curl -H 'Authorization: Bearer ${winch.key}' ${winch.address}/api/v1/deployments`,
      ...hosts.map(({ name, control }) => `  ${name.padEnd(14)} ${control}/model`),
      '',
    ].join('\n'),
  );
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
