import { setTimeout as delay } from 'node:timers/promises';
import { givenUpAt } from '../dispatch/domain/give-up.js';
import type { JobPayload } from '../dispatch/domain/sealed-job.js';
import type { Clock } from '../shared/clock.js';
import { Deadline } from '../shared/deadline.js';
import { messageOf } from '../shared/errors.js';
import { classifyFailure } from './classify-failure.js';
import type { Ending } from './conclude.js';
import { type FollowEnd, FollowedRun, TASK_MARGIN_SECONDS } from './followed-run.js';
import { OperationSilentError } from './operation-stream.js';
import { reconnectDelayMs } from './reconnect-delay.js';
import { StartRetries } from './start-retries.js';
import { cleanUpAndReport } from './report-clean-up.js';
import type { RunReporter } from './run-reporter.js';
import { requestCancel } from './target-requests.js';
import type { TargetDoor } from './target-session.js';

export interface TargetExecutorParts {
  readonly job: JobPayload;
  readonly door: TargetDoor;
  readonly reporter: RunReporter;
  readonly clock: Clock;
  /** Ends the following at once; nothing more is recorded or done. */
  readonly signal: AbortSignal;
  readonly onTrouble: (event: string, error: unknown) => void;
}

/**
 * Carries one job out: connects, starts the run or follows it, reports, ends it with exactly one `run.finished`, and
 * cleans up. A connection that breaks is made again for as long as the run may be going on over there.
 */
export class TargetExecutor {
  readonly #parts: TargetExecutorParts;
  readonly #run: FollowedRun;
  readonly #startRetries: StartRetries;
  /** Ends a wait that only precedes a start. */
  readonly #cancelWish = new AbortController();
  #isCancelRequested = false;
  #isCancelSent = false;
  /** In a row: since the target was last reached. */
  #failures = 0;
  #attachmentsSeen = 0;

  constructor(parts: TargetExecutorParts) {
    this.#parts = parts;
    this.#run = new FollowedRun(parts);
    this.#startRetries = new StartRetries(parts.clock);
  }

  /** Resolves when the run has finished and is cleaned up, or another following has taken over. */
  async execute(): Promise<void> {
    const { reporter, door } = this.#parts;
    await reporter.say({ type: 'run.connecting', address: door.address });
    // The fence: the target is touched only when the api has accepted this following and said what was asked of it.
    await reporter.committed();
    const ending = await this.#followToEnd();
    if (ending === null) return;
    await reporter.say({ type: 'run.finished', ...ending });
    await reporter.committed();
    if (this.#run.mayHaveStarted) await cleanUpAndReport(this.#parts);
  }

  /** Whether the run may go on at its target, so that another following has something to ask for. */
  get mayGoOn(): boolean {
    return this.#run.mayHaveStarted && !this.#isGivenUp();
  }

  /** Sets the cancel flag on the target as soon as there is something to cancel. May be called again and again. */
  requestCancel(): void {
    this.#isCancelRequested = true;
    this.#cancelWish.abort();
    if (!this.#run.mayHaveStarted || this.#isCancelSent) return;
    this.#isCancelSent = true;
    void this.#sendCancel();
  }

  async #followToEnd(): Promise<Ending | null> {
    using deadline = this.#deadline();
    for (;;) {
      const ending = this.#endBeforeStart();
      if (ending) return ending;
      try {
        const end = await this.#followOnce(deadline);
        if (end.kind === 'ending') return end.ending;
        if (end.kind === 'superseded') return null;
        await this.#comeBack(deadline, end.detail);
      } catch (error) {
        const failure = await this.#afterError(deadline, error);
        if (failure) return failure;
      }
    }
  }

  async #followOnce(deadline: Deadline): Promise<FollowEnd> {
    await using session = await this.#parts.door.open(deadline);
    const ending = this.#endBeforeStart();
    if (ending) return { kind: 'ending', ending };
    const following = this.#run.followOver(session, deadline);
    if (this.#isCancelRequested) this.requestCancel();
    // Awaited here: the session must not be disposed while it is in use.
    return await following;
  }

  /** Why a run that nobody has started must not be started any more; null when it may. */
  #endBeforeStart(): Ending | null {
    if (this.#run.mayHaveStarted) return null;
    if (this.#isCancelRequested) return CANCELLED_BEFORE_START;
    const { job, clock } = this.#parts;
    return clock.now().toISOString() < job.startBefore ? null : expiredBeforeStart(job.startBefore);
  }

  /** An Ending when nothing can have been started; otherwise waits, and the target is asked again. */
  async #afterError(deadline: Deadline, error: unknown): Promise<Ending | null> {
    this.#parts.signal.throwIfAborted();
    const failure = classifyFailure(error);
    if (!failure && !(error instanceof OperationSilentError) && deadline.remainingMs() > 0) throw error;
    if (failure && !this.#run.mayHaveStarted) return this.#retryStart(error, failure);
    if (deadline.remainingMs() === 0 || this.#isGivenUp()) return givenUp(messageOf(error));
    await this.#comeBack(deadline, messageOf(error), await this.#parts.door.waitAfter(error));
    return null;
  }

  /** Nothing was sent that could have started the run, so trying again is safe, and may be worth it. */
  async #retryStart(error: unknown, failure: Ending): Promise<Ending | null> {
    const { reporter, door, signal, onTrouble } = this.#parts;
    const waitMs = this.#startRetries.waitAfter(error);
    if (waitMs === null) return failure;
    onTrouble('run.start-retried', error);
    const either = AbortSignal.any([signal, this.#cancelWish.signal]);
    await wait(waitMs, either);
    signal.throwIfAborted();
    await reporter.say({ type: 'run.connecting', address: door.address });
    return null;
  }

  /** Waits before the target is asked again; the first time in a row says that nobody knows how the run is. */
  async #comeBack(deadline: Deadline, detail: string, fixedMs?: number): Promise<void> {
    const wasReached = this.#run.attachments > this.#attachmentsSeen;
    this.#attachmentsSeen = this.#run.attachments;
    this.#failures = wasReached ? 1 : this.#failures + 1;
    if (this.#failures === 1)
      await this.#parts.reporter.say({ type: 'run.reconciling', detail: detail.slice(0, 2000) });
    const waitMs = fixedMs ?? reconnectDelayMs(this.#failures);
    await deadline.sleep(waitMs).catch((error: unknown) => {
      this.#parts.signal.throwIfAborted();
      if (deadline.remainingMs() > 0) throw error;
    });
  }

  /**
   * Ends what hangs; a target that is away is given up by `#isGivenUp`. However late it is (all of Winch was away, or this
   * machine's clock was put forward), the target is asked once, and a run that is there is followed to its end.
   */
  #deadline(): Deadline {
    const { job, clock, signal } = this.#parts;
    const { maxDurationSeconds, finalAction } = job.plan;
    const shortestMs = (maxDurationSeconds + finalAction.waitSeconds + TASK_MARGIN_SECONDS) * 1000;
    return Deadline.in(Math.max(shortestMs, this.#givenUpAtMs() - clock.now().getTime()), signal);
  }

  #isGivenUp(): boolean {
    return this.#parts.clock.now().getTime() >= this.#givenUpAtMs();
  }

  /** From the moment the run must have ended at the latest, plus a day for a target that is away. */
  #givenUpAtMs(): number {
    const { job } = this.#parts;
    return givenUpAt({ ...job, expiresAt: job.startBefore }).getTime();
  }

  async #sendCancel(): Promise<void> {
    const { door, job, signal, onTrouble } = this.#parts;
    try {
      const result = await requestCancel(door, job.targetRunId, signal);
      // Too early: the run's folder is not there yet. The next instruction comes with the next beat.
      if (result === 'nothing-there') this.#isCancelSent = false;
    } catch (error) {
      this.#isCancelSent = false;
      if (!signal.aborted) onTrouble('cancel.not-delivered', error);
    }
  }
}

/** Resolves when the time is over or the signal is aborted. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const CANCELLED_BEFORE_START: Ending = {
  outcome: 'cancelled',
  failureReason: 'cancelled',
  failureDetail: 'Cancelled before anything was started',
};

function expiredBeforeStart(startBefore: string): Ending {
  return {
    outcome: 'expired',
    failureReason: 'expired',
    failureDetail: `Nothing was started before ${startBefore}`,
  };
}

function givenUp(detail: string): Ending {
  return {
    outcome: 'unknown',
    failureReason: 'connection-lost',
    failureDetail: `The target did not come back: ${detail}`,
  };
}
