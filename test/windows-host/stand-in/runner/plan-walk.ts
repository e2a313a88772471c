import type { ExecutionPlan, PlanStep } from '../../../../src/packages/domain/execution-plan.js';
import type { JournalEvent } from '../../../../src/target/journal.js';
import type { JournalWriter } from './journal-writer.js';
import type { StepLaunch } from './launch-step.js';
import { StepOutput } from './step-output.js';
import { type Interruptions, StepRun } from './step-run.js';
import { isReboot, nextOf, type StepEnd, verdictOf } from './verdict.js';

/** What `run.completed` will say, and whether Windows Installer outlived a kill. */
export interface RunEnd extends Omit<
  Extract<JournalEvent, { type: 'run.completed' }>,
  'type' | 'seq' | 'at' | 'mono'
> {
  readonly installerBusy: boolean;
}

export interface PlanWalkOptions {
  readonly plan: ExecutionPlan;
  readonly launch: Omit<StepLaunch, 'onOutput'>;
  readonly journal: JournalWriter;
  readonly interruptions: Interruptions;
  /** Values that no output may show. */
  readonly secrets: readonly string[];
}

type Ending = Pick<RunEnd, 'outcome' | 'failureReason' | 'failureDetail'>;

interface LastStep {
  readonly step: PlanStep;
  readonly end: StepEnd;
}

/** Goes from step to step as the jumps say. */
export class PlanWalk {
  #last: LastStep | undefined;
  #rebootSeen = false;
  #rebootBySuccess = false;
  #installerBusy = false;

  constructor(private readonly options: PlanWalkOptions) {}

  async walk(): Promise<RunEnd> {
    const { plan } = this.options;
    let next: PlanStep['onSuccess'] | null = plan.start;
    while (typeof next === 'number') {
      const interrupted = this.#interruption();
      if (interrupted !== undefined) return this.#completed(interrupted);
      const step: PlanStep | undefined = plan.steps[next];
      if (step === undefined) throw new Error(`The plan has no step ${next}`);
      next = await this.#runStep(step);
    }
    return this.#completed(this.#ending(next));
  }

  #interruption(): Ending | undefined {
    const { interruptions } = this.options;
    if (interruptions.isCancelled()) return CANCELLED;
    return interruptions.remainingMs() <= 0 ? TIMED_OUT : undefined;
  }

  async #runStep(step: PlanStep): Promise<PlanStep['onSuccess'] | null> {
    const { plan, launch, journal, interruptions, secrets } = this.options;
    const startedMs = performance.now();
    const output = new StepOutput(journal, step, { limitBytes: plan.outputLimitBytes, secrets });
    journal.write({ type: 'step.started', index: step.index });
    const run = new StepRun({ step, launch, journal, output, interruptions, backoff: plan.retryBackoff });
    const end = await run.run();
    if (wasKilled(end)) await this.#awaitInstaller(step);
    this.#remember(step, end);
    const next = nextOf(step, end);
    journal.write({
      type: 'step.finished',
      index: step.index,
      returnCode: end.kind === 'exited' ? end.returnCode : null,
      verdict: verdictOf(step, end),
      next,
      durationMs: Math.round(performance.now() - startedMs),
      outputBytes: output.outputBytes,
      outputTruncated: output.truncated,
      problem: end.kind === 'not-found' ? 'not-found' : null,
      detail: detailOf(end),
    });
    return next;
  }

  /** A killed msiexec leaves its service at work: a restart of the machine would break the product. */
  async #awaitInstaller(step: PlanStep): Promise<void> {
    const { standIn, runner } = this.options.launch;
    await runner.sleep(Math.min(standIn.installer.busyForMs(), standIn.settings.installerWaitMs));
    this.#installerBusy = standIn.installer.busyForMs() > 0;
    if (!this.#installerBusy) return;
    this.options.journal.write({
      type: 'kill.incomplete',
      index: step.index,
      survivors: [],
      installerBusy: true,
    });
  }

  #remember(step: PlanStep, end: StepEnd): void {
    this.#last = { step, end };
    if (!isReboot(step, end)) return;
    this.#rebootSeen = true;
    this.#rebootBySuccess ||= verdictOf(step, end) === 'success';
  }

  #ending(next: 'stop-success' | 'stop-failure' | null): Ending {
    if (next === 'stop-success') {
      const outcome = this.#rebootBySuccess ? 'succeeded-reboot-required' : 'succeeded';
      return { outcome, failureReason: null, failureDetail: '' };
    }
    if (next === 'stop-failure') return failed(this.#last);
    if (this.#last?.end.kind === 'cancelled') return CANCELLED;
    return this.#last?.end.kind === 'maximum-duration' ? TIMED_OUT : INTERRUPTED;
  }

  #completed(ending: Ending): RunEnd {
    const end = this.#last?.end;
    return {
      ...ending,
      lastStep: this.#last?.step.index ?? null,
      returnCode: end?.kind === 'exited' ? end.returnCode : null,
      rebootRequired: this.#rebootSeen,
      installerBusy: this.#installerBusy,
    };
  }
}

const CANCELLED: Ending = {
  outcome: 'cancelled',
  failureReason: 'cancelled',
  failureDetail: 'Cancelled on request',
};
const TIMED_OUT: Ending = {
  outcome: 'timed-out',
  failureReason: 'maximum-duration',
  failureDetail: 'The maximum duration passed',
};
const INTERRUPTED: Ending = {
  outcome: 'interrupted',
  failureReason: 'reboot-started-by-step',
  failureDetail: 'A step started a restart of the machine before the last step',
};

const FAILURE_REASONS = {
  exited: 'step-failed',
  // A step that was skipped leads where success does, which may be stop-failure.
  skipped: 'step-failed',
  'not-found': 'program-not-found',
  'timed-out': 'step-timed-out',
  cancelled: 'cancelled',
  'maximum-duration': 'maximum-duration',
} as const satisfies Record<StepEnd['kind'], string>;

function failed(last: LastStep | undefined): Ending {
  const failureReason = last === undefined ? 'step-failed' : FAILURE_REASONS[last.end.kind];
  const failureDetail =
    last === undefined ? 'The plan begins with its end' : `Step ${last.step.name}: ${told(last.end)}`;
  return { outcome: 'failed', failureReason, failureDetail };
}

function told(end: StepEnd): string {
  if (end.kind === 'exited') return `return code ${end.returnCode}`;
  return end.kind === 'not-found' ? end.detail : end.kind;
}

function detailOf(end: StepEnd): string {
  if (end.kind === 'skipped') return 'It is there already: everything that the step looks for was found';
  return end.kind === 'not-found' ? end.detail : '';
}

function wasKilled(end: StepEnd): boolean {
  return end.kind !== 'exited' && end.kind !== 'not-found' && end.kind !== 'skipped';
}
