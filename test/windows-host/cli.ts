import { readCliOptions, USAGE, type CliOptions } from './cli-options.js';
import { HostGroup } from './host-group.js';

/** Wrong usage. */
const EXIT_USAGE = 2;

async function main(): Promise<void> {
  const options = optionsOrNull();
  if (options === null) return;
  const stopped = firstStopSignal();
  const group = await HostGroup.start(options);
  for (const line of group.lines) process.stdout.write(`${JSON.stringify(line)}\n`);
  await stopped;
  await group.close();
}

/** The options, or null when the usage was printed instead. */
function optionsOrNull(): CliOptions | null {
  try {
    const options = readCliOptions(process.argv.slice(2));
    if (!options.help) return options;
    process.stdout.write(USAGE);
  } catch (error) {
    failUsage(`${(error as Error).message}\n\n${USAGE}`);
  }
  return null;
}

function failUsage(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_USAGE;
}

/** Later signals are ignored: npm passes on a Ctrl-C that the terminal has sent already. */
function firstStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`The hosts could not be started: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
