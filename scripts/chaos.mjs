// `npm run test:chaos -- [--seed N] [--kills K] [--runs R] [--quick | --full]`: a deployment that is disturbed on purpose.
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

await runMain(async () => {
  process.chdir(root);
  const options = readOptions();
  await ensureReady({ build: true });
  const folder = mkdtempSync(join(tmpdir(), 'winch-chaos-'));
  const reportFile = join(folder, 'report.json');
  const beganAt = performance.now();
  try {
    const code = await runJest(['--selectProjects=chaos', '--runInBand'], environmentOf(options, reportFile));
    const result = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : null;
    report(options, { result, code, seconds: (performance.now() - beganAt) / 1000 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function readOptions() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      kills: { type: 'string' },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
    },
  });
  const pace = paceOf(values);
  const { runs, kills } = PACES[pace];
  return {
    pace,
    seed: whole('seed', values.seed ?? Math.floor(Math.random() * 1_000_000), 0xffff_ffff),
    kills: whole('kills', values.kills ?? kills, 1000),
    runs: whole('runs', values.runs ?? runs, 1000),
  };
}

function paceOf({ quick, full }) {
  if (quick && full) throw new ScriptError('--quick and --full are two paces: choose one');
  if (quick) return 'quick';
  return full ? 'full' : 'usual';
}

function whole(name, text, most) {
  const number = Number(text);
  const least = name === 'runs' ? 4 : 0; // Each of the four orders needs one.
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new ScriptError(`--${name} takes a whole number from ${least} to ${most}, not ${text}`);
}

function environmentOf({ seed, kills, runs, pace }, reportFile) {
  return {
    CHAOS_SEED: String(seed),
    CHAOS_KILLS: String(kills),
    CHAOS_RUNS: String(runs),
    CHAOS_PACE: pace,
    CHAOS_REPORT: reportFile,
  };
}

/** The last line is the figures, also where something broke. */
function report(options, { result, code, seconds }) {
  process.exitCode = code;
  const { seed, kills } = options;
  if (code !== 0) tellWhatBroke(options, result);
  const outcomes = Object.entries(result?.outcomes ?? {}).map(([name, count]) => `${name}:${count}`);
  const recovery = ((result?.maxRecoveryMs ?? 0) / 1000).toFixed(1);
  process.stdout.write(
    `seed=${seed} kills=${kills} runs=${result?.runs ?? 0} outcomes=${outcomes.join(',') || 'none'} maxRecovery=${recovery} s wall=${seconds.toFixed(0)} s\n`,
  );
}

function tellWhatBroke({ seed, kills, runs, pace }, result) {
  const paceOption = pace === 'usual' ? '' : ` --${pace}`;
  const lines = [
    ...(result?.story ?? []),
    ...(result?.broken ?? ['The chaos run itself failed: its message stands above']),
    ...(result?.keptIn ? [`Data and logs are kept in ${result.keptIn}`] : []),
    `Again: npm run test:chaos -- --seed ${seed} --kills ${kills} --runs ${runs}${paceOption}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
