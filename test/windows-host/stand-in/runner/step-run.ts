import type { PlanCondition } from '../../../../src/packages/domain/condition/plan-condition.js';
import type { PlanStep } from '../../../../src/packages/domain/execution-plan.js';
import type { Bell } from '../bell.js';
import type { SimulatedProcess } from '../simulated-process.js';
import { conditionIsMet } from './condition/condition.js';
import type { JournalWriter } from './journal-writer.js';
import { killProcesses } from './kill-process.js';
import { type LaunchedStep, launchStep, type StepLaunch } from './launch-step.js';
import { uninstallProducts } from './msi-uninstall.js';
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

/** How often is looked whether descendants live: nothing rings when they end. */
const LOOK_MS = 20;

/** Runs one step's program to its end, again and again while it returns a retry code. */
export class StepRun {
  readonly #timeoutAtMs: number;
  readonly #removed = new Map<string, number>();

  constructor(private readonly options: StepRunOptions) {
    this.#timeoutAtMs = performance.now() + (options.step.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  }

  async run(): Promise<StepEnd> {
    const { step, backoff } = this.options;
    if (step.detect !== null && this.#isMet(step.detect)) return { kind: 'skipped' };
    for (let attempt = 1, delaySeconds = backoff.initialSeconds; ; attempt++) {
      const end = await this.#attempt();
      if (end.kind !== 'exited' || !isRetry(step, end.returnCode)) return end;
      if (delaySeconds * 1000 >= this.#remainingMs()) return end;
      const interrupted = await this.#wait({ attempt, delaySeconds, returnCode: end.returnCode });
      if (interrupted !== undefined) return interrupted;
      delaySeconds = Math.min(delaySeconds * 2, backoff.maxSeconds);
    }
  }

  #isMet(condition: PlanCondition): boolean {
    const { step, launch, journal } = this.options;
    return conditionIsMet(condition, { ...launch, journal, index: step.index });
  }

  async #attempt(): Promise<StepEnd> {
    const { output } = this.options;
    const end = await this.#carryOut();
    output.finish();
    return end;
  }

  async #carryOut(): Promise<StepEnd> {
    const { step, launch, output, interruptions } = this.options;
    const onOutput = (stream: 'stdout' | 'stderr', bytes: Buffer) => {
      output.take(stream, bytes);
      interruptions.bell.ring();
    };
    const print = (stream: 'stdout' | 'stderr', line: string) => onOutput(stream, Buffer.from(`${line}\r\n`));
    switch (step.launch.form) {
      case 'condition':
        return { kind: 'exited', returnCode: this.#isMet(step.launch.condition) ? 0 : 1 };
      case 'kill-process':
        return { kind: 'exited', returnCode: killProcesses(step.launch, { ...launch, print }) };
      case 'msi-uninstall':
        return uninstallProducts(step.launch, {
          step,
          launch: { ...launch, onOutput },
          print: (line) => print('stdout', line),
          watch: (launched) => this.#watch(launched, false),
          removed: this.#removed,
        });
      case 'line':
      case 'batch':
        return this.#watch(launchStep(step, step.launch, { ...launch, onOutput }), false);
      case 'program':
        return this.#watch(
          launchStep(step, step.launch, { ...launch, onOutput }),
          step.launch.waitForChildren,
        );
    }
  }

  async #watch(launched: LaunchedStep, withChildren: boolean): Promise<StepEnd> {
    if ('missing' in launched) return { kind: 'not-found', detail: launched.missing };
    const { process } = launched;
    const { launch, interruptions, output } = this.options;
    let returnCode: number | undefined;
    process.onEnd((exitCode) => {
      returnCode = exitCode;
      interruptions.bell.ring();
    });
    for (;;) {
      const isWaiting = withChildren && process.hasLivingDescendants();
      if (returnCode !== undefined && !isWaiting) return { kind: 'exited', returnCode };
      const reason = this.#interruption();
      if (reason !== undefined) return killed(process, reason);
      if (output.dueInMs() === 0) output.flush();
      const waitMs = Math.min(this.#remainingMs(), output.dueInMs(), isWaiting ? LOOK_MS : Infinity);
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
