import type { PlanStep } from '../../../../src/packages/domain/execution-plan.js';
import type { Bell } from '../bell.js';
import type { SimulatedProcess } from '../simulated-process.js';
import type { JournalWriter } from './journal-writer.js';
import { launchStep, type StepLaunch } from './launch-step.js';
import type { StepOutput } from './step-output.js';
import { isRetry, type StepEnd } from './verdict.js';

/** What ends a step from outside. */
export interface Interruptions {
  readonly bell: Bell;
  isCancelled(): boolean;
  /** Milliseconds until the maximum duration is over. */
  remainingMs(): number;
}

export interface StepRunOptions {
  readonly step: PlanStep;
  readonly launch: Omit<StepLaunch, 'onOutput'>;
  readonly journal: JournalWriter;
  readonly output: StepOutput;
  readonly interruptions: Interruptions;
  readonly backoff: { readonly initialSeconds: number; readonly maxSeconds: number };
}

/** Runs one step's program to its end, again and again while it returns a retry code. */
export class StepRun {
  readonly #timeoutAtMs: number;

  constructor(private readonly options: StepRunOptions) {
    this.#timeoutAtMs = performance.now() + (options.step.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  }

  async run(): Promise<StepEnd> {
    const { step, backoff } = this.options;
    for (let attempt = 1, delaySeconds = backoff.initialSeconds; ; attempt++) {
      const end = await this.#attempt();
      if (end.kind !== 'exited' || !isRetry(step, end.returnCode)) return end;
      if (delaySeconds * 1000 >= this.#remainingMs()) return end;
      const interrupted = await this.#wait({ attempt, delaySeconds, returnCode: end.returnCode });
      if (interrupted !== undefined) return interrupted;
      delaySeconds = Math.min(delaySeconds * 2, backoff.maxSeconds);
    }
  }

  async #attempt(): Promise<StepEnd> {
    const { step, launch, output, interruptions } = this.options;
    const onOutput = (stream: 'stdout' | 'stderr', bytes: Buffer) => {
      output.take(stream, bytes);
      interruptions.bell.ring();
    };
    const launched = launchStep(step, { ...launch, onOutput });
    if ('missing' in launched) return { kind: 'not-found', detail: launched.missing };
    const end = await this.#watch(launched.process);
    output.finish();
    return end;
  }

  async #watch(process: SimulatedProcess): Promise<StepEnd> {
    const { launch, interruptions, output } = this.options;
    let returnCode: number | undefined;
    process.onEnd((exitCode) => {
      returnCode = exitCode;
      interruptions.bell.ring();
    });
    for (;;) {
      if (returnCode !== undefined) return { kind: 'exited', returnCode };
      const reason = this.#interruption();
      if (reason !== undefined) return killed(process, reason);
      if (output.dueInMs() === 0) output.flush();
      const waitMs = Math.min(this.#remainingMs(), output.dueInMs());
      await launch.runner.hear(interruptions.bell, Math.max(0, waitMs));
    }
  }

  async #wait(retry: {
    attempt: number;
    delaySeconds: number;
    returnCode: number;
  }): Promise<StepEnd | undefined> {
    const { step, journal, launch, interruptions } = this.options;
    journal.write({ type: 'step.retrying', index: step.index, ...retry });
    const resumeAtMs = performance.now() + retry.delaySeconds * 1000;
    for (;;) {
      const kind = this.#interruption();
      if (kind !== undefined) return { kind };
      const waitMs = Math.min(resumeAtMs - performance.now(), this.#remainingMs());
      if (waitMs <= 0) return undefined;
      await launch.runner.hear(interruptions.bell, waitMs);
    }
  }

  #interruption(): 'cancelled' | 'maximum-duration' | 'timed-out' | undefined {
    const { interruptions } = this.options;
    if (interruptions.isCancelled()) return 'cancelled';
    if (interruptions.remainingMs() <= 0) return 'maximum-duration';
    return performance.now() >= this.#timeoutAtMs ? 'timed-out' : undefined;
  }

  /** Until the step's own timeout, which counts over all attempts, or the run's maximum duration. */
  #remainingMs(): number {
    return Math.min(this.#timeoutAtMs - performance.now(), this.options.interruptions.remainingMs());
  }
}

function killed(process: SimulatedProcess, kind: 'cancelled' | 'maximum-duration' | 'timed-out'): StepEnd {
  process.killTree();
  return { kind };
}
