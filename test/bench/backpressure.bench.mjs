// `npm run bench:backpressure [-- --minutes N] [--hosts N] [--json FILE]`: the api is away while every run prints.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { killGroup } from '../../scripts/lib/processes.mjs';
import { runMain, say, ScriptError } from '../../scripts/lib/say.mjs';
import { table } from '../../scripts/lib/table.mjs';
import { judge } from './lib/curves.mjs';
import { rssMebibytesOf } from './lib/process-figures.mjs';
import { furnish, onStage, teach } from './lib/stage.mjs';

const MINUTE_MS = 60_000;
const SAMPLE_EVERY_MS = 2_000;
const START_TIMEOUT_MS = 5 * MINUTE_MS;
const CATCH_UP_TIMEOUT_MS = 15 * MINUTE_MS;
/** The programs print this long before the outage at the least, and after it. */
const MARGIN_MS = 90_000;
const LINE_EVERY_MS = 2_000;
/** In ten minutes 360 KB a run: more than the 256 KiB that the worker keeps of it. */
const LINE_CHARACTERS = 1_200;
const MEMORY_FLOOR_MEBIBYTES = 16;

const PACKAGE = { name: 'Bench', steps: [{ name: 'Print', type: 'command', command: 'printing.exe' }] };

let options;
let stage;
let lines;

await runMain(async () => {
  options = readOptions();
  lines = Math.ceil((options.minutes * MINUTE_MS + 2 * MARGIN_MS) / LINE_EVERY_MS);
  await onStage({}, async (opened) => {
    stage = opened;
    report(await measure());
  });
});

function readOptions() {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { minutes: text, hosts: text, json: text } });
  const minutes = Number(values.minutes ?? 10);
  const hosts = Number(values.hosts ?? 200);
  if (!(minutes > 0 && minutes <= 60)) throw new ScriptError('--minutes takes more than 0, up to 60');
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > 1000) throw new ScriptError('--hosts takes 1 to 1000');
  return { minutes, hosts, json: values.json };
}

async function measure() {
  const { hosts } = await stage.startHosts(options.hosts);
  const output = Array.from({ length: lines }, (_, line) => `line ${line} `.padEnd(LINE_CHARACTERS, '.'));
  const programs = { 'printing.exe': { durationMs: lines * LINE_EVERY_MS, output } };
  for (const { control } of hosts) await teach(control, { programs });
  const { api, worker, client, startApi } = await stage.startWinch(process.env.WINCH_TEST_REDIS_URL);
  await furnish(client, { hosts, packageFile: PACKAGE });
  const deployment = await order(client, hosts);
  const before = rssMebibytesOf(worker.pid);
  killGroup(api.pid);
  say(`The api is gone, ${hosts.length} runs print`);
  const points = await watch(worker);
  await startApi();
  const backAt = performance.now();
  say('The api is back');
  await until(client, deployment, ({ state }) => state === 'finished', CATCH_UP_TIMEOUT_MS);
  const secondsAfter = (performance.now() - backAt) / 1000;
  return {
    before,
    points,
    secondsAfter,
    after: rssMebibytesOf(worker.pid),
    ...(await check(client, deployment)),
  };
}

/** Orders the deployment and waits until all of its runs print. */
async function order(client, hosts) {
  const assets = hosts.map(({ name }) => name);
  const { id } = await client.post('/deployments', { package: 'Bench', targets: { assets } });
  await until(client, id, ({ counts }) => counts.byState.running === hosts.length, START_TIMEOUT_MS);
  return id;
}

async function until(client, id, isReached, timeoutMs) {
  const limit = AbortSignal.timeout(timeoutMs);
  while (!isReached(await client.get(`/deployments/${id}`))) {
    limit.throwIfAborted();
    await delay(1_000);
  }
}

/** The worker's memory, minute by minute of the outage. */
async function watch(worker) {
  const points = [];
  const beganAt = performance.now();
  const minutesNow = () => (performance.now() - beganAt) / MINUTE_MS;
  while (minutesNow() < options.minutes) {
    await delay(SAMPLE_EVERY_MS);
    points.push({ x: minutesNow(), y: rssMebibytesOf(worker.pid), load: loadavg()[0] });
  }
  return points;
}

/** Every run must have succeeded with each of its lines once, in order. */
async function check(client, deployment) {
  const { items } = await client.get(`/deployments/${deployment}/runs?limit=500`);
  let complete = 0;
  let reattached = 0;
  for (const { id, outcome } of items) {
    const numbers = [...(await client.text(`/runs/${id}/output`)).matchAll(/^line (\d+) /gm)].map(
      ([, number]) => Number(number),
    );
    const isWhole = numbers.length === lines && numbers.every((number, index) => number === index);
    if (isWhole && outcome === 'succeeded') complete += 1;
    else say(`Run ${id}: ${outcome}, ${numbers.length} of ${lines} lines`);
    if (await wasReattached(client, id)) reattached += 1;
  }
  return { runs: items.length, complete, reattached };
}

async function wasReattached(client, id) {
  for (let after = 0; after !== null;) {
    const page = await client.get(`/runs/${id}/events?limit=500&afterSeq=${after}`);
    if (page.items.some(({ type }) => type === 'run.reattached')) return true;
    after = page.nextAfterSeq;
  }
  return false;
}

function report({ before, points, secondsAfter, after, runs, complete, reattached }) {
  const { level, rise, isFlat } = judge(points, MEMORY_FLOOR_MEBIBYTES);
  const figures = {
    outageMinutes: options.minutes,
    runsThatPrinted: runs,
    linesPerRun: lines,
    runsComplete: complete,
    runsReattached: reattached,
    workerRssBeforeMebibytes: round(before),
    workerRssHighestMebibytes: round(Math.max(...points.map(({ y }) => y))),
    workerRssSecondHalfMebibytes: round(level),
    workerRssSecondHalfRiseMebibytes: round(rise),
    workerRssAfterMebibytes: round(after),
    finishedAfterReturnSeconds: round(secondsAfter),
    meanLoad: round(points.reduce((sum, { load }) => sum + load, 0) / points.length),
  };
  process.stdout.write(
    `\n${table(['figure', 'value'], Object.entries(figures))}\n\n${cpus().length} cores (${cpus()[0].model}), Node ${process.version}\n`,
  );
  process.stdout.write(isFlat ? 'FLAT: the worker waits without growing\n' : 'NOT FLAT: the worker grows\n');
  if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  if (!isFlat || complete < runs) process.exitCode = 1;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
