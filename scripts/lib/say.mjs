/** Progress for the person who waits; on stderr, so that stdout stays for results. */
export function say(message) {
  process.stderr.write(`[winch] ${message}\n`);
}

/** A failure that the reader can mend: printed without a stack trace. */
export class ScriptError extends Error {
  name = 'ScriptError';
}

/** Runs a script's main function; its error becomes one message and exit code 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    say(error instanceof ScriptError ? `Error: ${error.message}` : `Error: ${error?.stack ?? error}`);
    process.exitCode = 1;
  }
}

/** Milliseconds as people read them: `0.4 s`, `12.0 s`, `2 min 5 s`. */
export function duration(ms) {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
