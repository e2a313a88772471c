// `npm run bench:soak [-- --minutes N] [--per-minute N] [--hosts N] [--json FILE] [--picture FILE]`: is anything growing?
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runMain, say, ScriptError } from '../../scripts/lib/say.mjs';
import { table } from '../../scripts/lib/table.mjs';
import { judge } from './lib/curves.mjs';
import { Orders } from './lib/orders.mjs';
import { Sampler } from './lib/sampler.mjs';
import { furnish, onStage, teach } from './lib/stage.mjs';
import { pictureOf } from './lib/svg.mjs';

const MINUTE_MS = 60_000;
const SAMPLE_EVERY_MS = 5_000;
const REST_TIMEOUT_MS = 3 * MINUTE_MS;
/** Retention takes hold in the first half, so that the second one shows what it leaves. */
const OUTPUT_KEPT_SHARE = 1 / 6;
const LOG_KEPT_SHARE = 1 / 3;

/** Two steps that print 8 lines of 200 characters over two seconds each. */
const SPEAKING = {
  durationMs: 2_000,
  output: Array.from({ length: 8 }, (_, line) => `${line} `.padEnd(200, '.')),
};
const PACKAGE = {
  name: 'Bench',
  steps: ['Prepare', 'Install'].map((name) => ({ name, type: 'command', command: 'speaking.exe' })),
};

/** What is sampled: its title, its unit, and a rise that means nothing whatever the level is. */
const FIGURES = {
  apiRssMebibytes: { title: 'api memory (RSS)', unit: 'MiB', floor: 16 },
  workerRssMebibytes: { title: 'worker memory (RSS)', unit: 'MiB', floor: 16 },
  apiHeapMebibytes: { title: 'api heap in use', unit: 'MiB', floor: 16 },
  workerHeapMebibytes: { title: 'worker heap in use', unit: 'MiB', floor: 16 },
  apiSockets: { title: 'api sockets', unit: 'open', floor: 10 },
  workerSockets: { title: 'worker sockets', unit: 'open', floor: 10 },
  apiLoopDelayP99Ms: { title: 'api event loop delay (p99)', unit: 'ms', floor: 20 },
  workerLoopDelayP99Ms: { title: 'worker event loop delay (p99)', unit: 'ms', floor: 20 },
  redisKeys: { title: 'Redis keys', unit: 'keys', floor: 20 },
  redisMebibytes: { title: 'Redis memory', unit: 'MiB', floor: 1 },
  databaseMebibytes: { title: 'database file', unit: 'MiB', floor: 2 },
  walMebibytes: { title: 'write-ahead log file', unit: 'MiB', floor: 2 },
};

let options;
let stage;

await runMain(async () => {
  options = readOptions();
  await onStage({ isProbed: true }, async (opened, folder) => {
    stage = opened;
    report(await soak(folder));
  });
});

function readOptions() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: { minutes: text, 'per-minute': text, hosts: text, json: text, picture: text },
  });
  return {
    minutes: numberOf(values.minutes ?? '30', '--minutes', 1440),
    perMinute: numberOf(values['per-minute'] ?? '200', '--per-minute', 2000),
    hosts: numberOf(values.hosts ?? '200', '--hosts', 2000),
    json: values.json,
    picture: values.picture,
  };
}

function numberOf(text, name, max) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new ScriptError(`${name} takes 1 to ${max}`);
}

async function soak(folder) {
  const { hosts } = await stage.startHosts(options.hosts);
  for (const { control } of hosts) await teach(control, { programs: { 'speaking.exe': SPEAKING } });
  const redisUrl = process.env.WINCH_TEST_REDIS_URL;
  const { api, worker, client } = await stage.startWinch(redisUrl, shortDays());
  await furnish(client, { hosts, packageFile: PACKAGE });
  const sampler = new Sampler({ folder, processes: { api, worker }, redisUrl });
  try {
    return await measure(client, { sampler, assets: hosts.map(({ name }) => name) });
  } finally {
    await sampler.close();
  }
}

/** Days of retention that pass while we watch. */
function shortDays() {
  return {
    apiProgram: join(import.meta.dirname, 'lib/api-with-short-days.mjs'),
    apiSettings: {
      BENCH_KEEP_OUTPUT_MINUTES: String(options.minutes * OUTPUT_KEPT_SHARE),
      BENCH_KEEP_LOG_MINUTES: String(options.minutes * LOG_KEPT_SHARE),
    },
  };
}

async function measure(client, { sampler, assets }) {
  const orders = new Orders(client, { assets, perMinute: options.perMinute });
  const samples = [];
  const beganAt = performance.now();
  const minutesNow = () => (performance.now() - beganAt) / MINUTE_MS;
  orders.start();
  while (minutesNow() < options.minutes) {
    await delay(SAMPLE_EVERY_MS);
    samples.push({ minute: minutesNow(), load: loadavg()[0], ...(await sampler.sample()) });
    tell(samples.at(-1), orders);
  }
  await orders.stop(REST_TIMEOUT_MS);
  return { samples, atRest: await sampler.sample(), orders: orders.figures };
}

/** A line each minute, for whoever waits. */
function tell(sample, orders) {
  if (Math.floor(sample.minute) === Math.floor(sample.minute - SAMPLE_EVERY_MS / MINUTE_MS)) return;
  const { ordered, finished } = orders.figures;
  const { apiRssMebibytes: api, workerRssMebibytes: worker, databaseMebibytes: database } = sample;
  say(
    `minute ${Math.floor(sample.minute)}: ${ordered} runs ordered, ${finished} finished; api ${Math.round(api)} MiB, worker ${Math.round(worker)} MiB, database ${Math.round(database)} MiB`,
  );
}

function report({ samples, atRest, orders }) {
  const curves = Object.entries(FIGURES).map(([name, figure]) => {
    const points = samples.map((sample) => ({ x: sample.minute, y: sample[name] }));
    return { name, ...figure, points, ...judge(points, figure.floor), rest: atRest[name] };
  });
  const isFlat = curves.every((curve) => curve.isFlat);
  const isComplete = orders.succeeded === orders.ordered;
  process.stdout.write(`\n${figuresTable(curves)}\n\n${closing({ samples, orders, isFlat })}\n`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ orders, samples, atRest }, null, 2)}\n`);
  if (options.picture) writeFileSync(options.picture, pictureOf(captionOf(orders), curves));
  if (!isFlat || !isComplete) process.exitCode = 1;
}

function figuresTable(curves) {
  const rows = curves.map(({ title, unit, points, level, rise, rest, isFlat }) => [
    `${title}, ${unit}`,
    round(points[0].y),
    round(Math.max(...points.map(({ y }) => y))),
    round(level),
    round(rise),
    round(rest),
    isFlat ? 'flat' : 'GROWS',
  ]);
  return table(['figure', 'first', 'highest', 'second half: mean', 'rise', 'at rest', 'verdict'], rows);
}

function closing({ samples, orders, isFlat }) {
  const loads = samples.map(({ load }) => load);
  const meanLoad = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  return [
    `${orders.ordered} runs ordered, ${orders.succeeded} succeeded, ${orders.finished - orders.succeeded} ended otherwise`,
    `${cpus().length} cores (${cpus()[0].model}), load average ${round(meanLoad)} in the mean, Node ${process.version}`,
    isFlat ? 'FLAT: no curve rises in its second half' : 'NOT FLAT: see the verdicts above',
  ].join('\n');
}

function captionOf({ ordered }) {
  return `Winch soak: ${options.minutes} minutes, ${options.perMinute} runs a minute, ${options.hosts} hosts, ${ordered} runs`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
