// `npm run bench:target [-- --runs N] [--json FILE]`: what a run costs its target, measured on the real engine.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensurePowershellEngine } from '../../scripts/powershell-engine.mjs';
import { runMain, ScriptError } from '../../scripts/lib/say.mjs';
import { table } from '../../scripts/lib/table.mjs';
import { compilePlan } from '../../dist/src/packages/domain/compile-plan.js';
import { parsePackageFile } from '../../dist/src/packages/domain/package-file.js';
import { resolveParameters } from '../../dist/src/packages/domain/parameters.js';
import { buildOperation } from '../../dist/src/target/build-operation.js';
import { OPERATION_COMMAND_LINE } from '../../dist/src/target/operation-command-line.js';
import { createPowershellBackend } from '../../dist/test/windows-host/engine/powershell/backend.js';
import { percentile } from './lib/process-figures.mjs';

const ACCOUNT = 'Administrator';
const PACKAGE = {
  name: 'Bench',
  maxDurationSeconds: 300,
  steps: [{ name: 'Print', type: 'command', command: 'echo hello& ping -n 2 127.0.0.1 >nul' }],
};

await runMain(async () => {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '5' }, json: { type: 'string' } },
  });
  process.env.POWERSHELL_ENGINE = await ensurePowershellEngine();
  const backend = await createPowershellBackend({ name: 'PC-0001' });
  try {
    const figures = await measure(backend, Number(values.runs));
    process.stdout.write(`${table(['Figure', 'Value'], Object.entries(figures))}\n`);
    if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await backend.close();
  }
});

async function measure(backend, runs) {
  await oneRun(backend); // the first one compiles what the others find in the page cache
  const before = backend.started().length;
  const samples = [];
  for (let index = 0; index < runs; index++) samples.push(await oneRun(backend));
  const started = backend.started().slice(before);
  const powershells = started.filter(
    ({ commandLine }) => /powershell\.exe"? -NoProfile/.test(commandLine) && !/cmd\.exe/i.test(commandLine),
  );
  const median = (field) =>
    round(
      percentile(
        samples.map((sample) => sample[field]),
        0.5,
      ),
    );
  return {
    runs,
    powershellStartsPerRun: powershells.length / runs,
    processesPerRun: round(started.length / runs),
    attachedSeconds: median('attached'),
    firstStepSeconds: median('step.started'),
    endSeconds: median('ended'),
    cleanupSeconds: median('cleanup'),
    runnerPeakMebibytes: median('runnerMebibytes'),
    followerPeakMebibytes: median('followerMebibytes'),
  };
}

/** Seconds from the start of the operation until each of its lines, and what its processes took. */
async function oneRun(backend) {
  const targetRunId = randomUUID();
  const sample = {};
  const since = performance.now();
  const note = (name) => (sample[name] ??= (performance.now() - since) / 1000);
  await operate(backend, startInput(targetRunId), (line) => {
    note(/"(?:op|type)":"([^"]+)"/.exec(line)?.[1]);
    if (line.includes('"step.output"')) Object.assign(sample, memory());
  });
  if (sample['step.finished'] === undefined)
    throw new ScriptError('The run ended without its step: nothing was measured');
  const cleaning = performance.now();
  await operate(backend, { operation: 'cleanup', targetRunId }, () => undefined);
  return { ...sample, cleanup: (performance.now() - cleaning) / 1000 };
}

async function operate(backend, input, onLine) {
  let text = '';
  const operation = backend.engine.start({
    commandLine: OPERATION_COMMAND_LINE,
    account: ACCOUNT,
    environment: backend.environmentOf(ACCOUNT),
    workingDirectory: 'C:\\',
    onOutput: (_stream, bytes) => {
      const lines = (text + bytes.toString('latin1')).split('\n');
      text = lines.pop();
      lines.forEach(onLine);
    },
  });
  operation.writeStdin(buildOperation(input));
  operation.endStdin();
  await operation.exited;
}

function memory() {
  return { runnerMebibytes: peakOf('ReadAllText'), followerMebibytes: peakOf('$winch=$i[0]') };
}

/** The most that was ever resident of the PowerShell whose command line holds this text. */
function peakOf(mark) {
  const peaks = readdirSync('/proc').map((pid) => {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!commandLine.includes(mark) || !/^\S*powershell\.exe/i.test(commandLine)) return 0;
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0; // not a process, or one that has ended
    }
  });
  return Math.max(...peaks) / 1024;
}

function startInput(targetRunId) {
  const startBefore = new Date(Date.now() + 3_600_000).toISOString();
  return {
    operation: 'start',
    targetRunId,
    epoch: 1,
    offset: 0,
    heartbeatSeconds: 15,
    startBefore,
    taskTimeLimitSeconds: 3600,
    plan: planOf(targetRunId),
  };
}

/** Compiled as the api does it, so that it has whatever the runner of today reads. */
function planOf(targetRunId) {
  const parsed = parsePackageFile(PACKAGE);
  const { parameters } = resolveParameters(parsed.package.parameters, {});
  const asset = { name: 'PC-0001', dnsName: null, domain: null };
  const options = { targetRunId, packageShare: undefined, parameters };
  return compilePlan({ revision: 1, package: parsed.package }, asset, options).plan;
}

function round(value) {
  return Math.round(value * 100) / 100;
}
