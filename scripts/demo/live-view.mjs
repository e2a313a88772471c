/** Prints the runs' events as they come, a line each, and remembers when output came. */
export class LiveView {
  #startedAt = Date.now();
  #arrivals = new Map();

  /** Follows one run to its end. */
  async follow(api, { runId, name, signal }) {
    for await (const event of api.runEvents(runId, signal)) {
      this.#note(runId, event);
      for (const line of describe(event)) this.#print(name, line);
    }
  }

  /** True when a step's output reached us in pieces, well before that step had ended. */
  sawLiveOutput(runId) {
    const arrivals = this.#arrivals.get(runId) ?? [];
    return arrivals.some(({ outputAt, endedAt }) => outputAt !== undefined && endedAt - outputAt > LIVE_MS);
  }

  #note(runId, event) {
    const arrivals = this.#arrivals.get(runId) ?? [];
    this.#arrivals.set(runId, arrivals);
    const step = arrivals.at(-1);
    if (event.type === 'step.started') arrivals.push({ outputAt: undefined, endedAt: undefined });
    if (event.type === 'step.output') step.outputAt ??= Date.now();
    if (event.type === 'step.finished') step.endedAt = Date.now();
  }

  #print(name, line) {
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1).padStart(6);
    process.stdout.write(`${seconds} s  ${name.padEnd(10)} ${line}\n`);
  }
}

/** The steps of the demo run for a second or more: output that comes with the end was not live. */
const LIVE_MS = 300;

function describe(event) {
  switch (event.type) {
    case 'step.started':
      return [`step ${event.index + 1} begins`];
    case 'step.output':
      return event.text
        .trimEnd()
        .split(/\r?\n/)
        .map((line) => `  | ${line}`);
    case 'step.criterion':
      return [
        `  criterion ${event.criterion + 1}: found ${event.found.join(', ') || 'nothing'}: ${event.met ? 'met' : 'not met'}`,
      ];
    case 'step.finished':
      return [`step ${event.index + 1} ends: return code ${event.returnCode}, ${event.verdict}`];
    case 'run.finished':
      return [`finished: ${event.outcome}${event.failureReason ? ` (${event.failureReason})` : ''}`];
    default:
      return [event.type];
  }
}
