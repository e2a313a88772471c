// `npm run test:chaos -- [--seed N] [--kills K] [--runs R] [--quick | --full]`: a deployment that is disturbed on purpose.
// `npm run test:chaos -- --boundaries [--strikes NAMES]`: troubles at each boundary of the flow, one after the other.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureReady, root } from './bootstrap.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runMain, ScriptError } from './lib/say.mjs';

/** How many runs and troubles, unless told otherwise; how long troubles last is in test/chaos/pace.ts. */
const PACES = {
  quick: { runs: 24, kills: 6 },
  usual: { runs: 60, kills: 8 },
  full: { runs: 200, kills: 24 },
};
/** One for each order. */
const LEAST_RUNS = 8;

await runMain(async () => {
  process.chdir(root);
  const task = readTask();
  await ensureReady({ build: true });
  const folder = mkdtempSync(join(tmpdir(), 'winch-chaos-'));
  const reportFile = join(folder, 'report.jsonl');
  const beganAt = performance.now();
  try {
    const environment = { ...task.environment, CHAOS_REPORT: reportFile };
    const code = await runJest(['--selectProjects=chaos', '--runInBand'], environment);
    const results = resultsIn(reportFile);
    process.exitCode = code || (isWhole(task, results) ? 0 : 1);
    if (process.exitCode !== 0) tellWhatBroke(task, results);
    tellFigures(task, results, (performance.now() - beganAt) / 1000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function readTask() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      kills: { type: 'string' },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      boundaries: { type: 'boolean', default: false },
      strikes: { type: 'string' },
    },
  });
  return values.boundaries || values.strikes ? boundariesTask(values) : seededTask(values);
}

function boundariesTask({ strikes = 'all' }) {
  return {
    environment: { CHAOS_STRIKES: strikes },
    again: `--boundaries --strikes ${strikes}`,
    figures: ({ struck, missed }) => `strikes=${struck} missed=${missed}`,
  };
}

function seededTask(values) {
  const pace = paceOf(values);
  const seed = whole(values, {
    name: 'seed',
    usual: Math.floor(Math.random() * 1_000_000),
    most: 0xffff_ffff,
  });
  const kills = whole(values, { name: 'kills', usual: PACES[pace].kills, most: 1000 });
  const runs = whole(values, { name: 'runs', usual: PACES[pace].runs, least: LEAST_RUNS, most: 1000 });
  const paceOption = pace === 'usual' ? '' : ` --${pace}`;
  return {
    environment: {
      CHAOS_SEED: String(seed),
      CHAOS_KILLS: String(kills),
      CHAOS_RUNS: String(runs),
      CHAOS_PACE: pace,
    },
    runs,
    again: `--seed ${seed} --kills ${kills} --runs ${runs}${paceOption}`,
    figures: () => `seed=${seed} kills=${kills}`,
  };
}

function paceOf({ quick, full }) {
  if (quick && full) throw new ScriptError('--quick and --full are two paces: choose one');
  if (quick) return 'quick';
  return full ? 'full' : 'usual';
}

function whole(values, { name, usual, least = 0, most }) {
  const text = values[name] ?? usual;
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new ScriptError(`--${name} takes a whole number from ${least} to ${most}, not ${text}`);
}

/** One line for each deployment that was judged; none when it came to no judgement. */
function resultsIn(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function tellWhatBroke({ again }, results) {
  const broken = results.filter((result) => result.broken.length > 0);
  const lines = broken.flatMap(({ name, story, broken: problems, keptIn }) => [
    ...(name ? [`${name}:`] : []),
    ...story,
    ...problems,
    `Data and logs are kept in ${keptIn}`,
  ]);
  if (broken.length === 0) lines.push('The chaos run itself failed: its message stands above');
  process.stdout.write(`${lines.join('\n')}\nAgain: npm run test:chaos -- ${again}\n`);
}

/** A chaos that judged less than was ordered has proved nothing, whatever Jest says of it. */
function isWhole({ runs = 1 }, results) {
  return (
    sumOf(results, (result) => result.runs) >= runs && sumOf(results, ({ broken }) => broken.length) === 0
  );
}

function sumOf(results, count) {
  return results.reduce((total, result) => total + count(result), 0);
}

/** The last line, also where something broke. */
function tellFigures({ figures, runs }, results, seconds) {
  const sum = (count) => sumOf(results, count);
  const judged = sum((result) => result.runs);
  const recoveryMs = Math.max(0, ...results.map(({ maxRecoveryMs }) => maxRecoveryMs));
  const parts = [
    figures({ struck: results.length, missed: sum(({ missed }) => missed?.length ?? 0) }),
    runs === undefined || judged === runs ? `runs=${judged}` : `runs=${judged} of ${runs}`,
    `outcomes=${outcomesOf(results)}`,
    judged === 0 ? 'failed before it was judged' : `broken=${sum(({ broken }) => broken.length)}`,
    `maxRecovery=${(recoveryMs / 1000).toFixed(1)} s`,
    `wall=${seconds.toFixed(0)} s`,
  ];
  process.stdout.write(`${parts.join(' ')}\n`);
}

function outcomesOf(results) {
  const counts = {};
  for (const { outcomes } of results)
    for (const [name, count] of Object.entries(outcomes)) counts[name] = (counts[name] ?? 0) + count;
  const told = Object.entries(counts).map(([name, count]) => `${name}:${count}`);
  return told.join(',') || 'none';
}
