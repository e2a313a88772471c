import { type JobPayload, openJob } from '../dispatch/domain/sealed-job.js';
import type { Clock } from '../shared/clock.js';
import { messageOf } from '../shared/errors.js';
import type { SessionOptions } from '../winrm/index.js';
import type { ActiveRun, ActiveRuns } from './active-runs.js';
import type { EventSender } from './event-sender.js';
import { ChannelClosedError, type RunChannel } from './run-channel.js';
import { cleanUpAndReport } from './report-clean-up.js';
import { RunReporter, type WorkerFact } from './run-reporter.js';
import type { ScanErrands } from './scan-errand.js';
import { TargetExecutor } from './target-executor.js';
import { TargetDoor } from './target-session.js';
import type { WorkerLog } from './worker-log.js';

export interface JobFollowerParts {
  readonly jobKey: Buffer;
  readonly sender: EventSender;
  readonly runs: ActiveRuns;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly scans: ScanErrands;
  readonly onWinrmEvent?: SessionOptions['onEvent'];
}

/**
 * Carries one job out: opens its seal, then scans, or makes the run known and sees to it that it ends in one way or
 * another.
 */
export class JobFollower {
  readonly #parts: JobFollowerParts;

  constructor(parts: JobFollowerParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when the scan is reported or the run has finished, another following took over, or this worker lets go.
   *
   * @throws JobRefusedError for a job that our api has not sealed.
   */
  async follow(jobId: string, sealed: unknown, signal: AbortSignal): Promise<void> {
    const job = openJob(sealed, jobId, this.#parts.jobKey);
    if (job.mode === 'scan') return this.#parts.scans.carryOut(job, signal);
    const channel = this.#parts.sender.open(job);
    try {
      await this.#followOver(job, channel, signal);
    } finally {
      this.#parts.sender.release(channel);
    }
  }

  async #followOver(job: JobPayload, channel: RunChannel, signal: AbortSignal): Promise<void> {
    const letGo = new AbortController();
    const stop = AbortSignal.any([signal, letGo.signal, channel.closed]);
    const errand = this.#errandFor(job, channel, stop);
    const active = activeRun(job, errand, letGo);
    this.#parts.runs.add(active);
    try {
      await errand.execute();
      this.#parts.log.info('run.followed', refOf(job));
    } catch (error) {
      await this.#afterError(error, { job, channel, stop, errand });
    } finally {
      this.#parts.runs.remove(active);
    }
  }

  #errandFor(job: JobPayload, channel: RunChannel, signal: AbortSignal): Errand {
    const { clock, log, onWinrmEvent } = this.#parts;
    const onTrouble = (event: string, error: unknown) =>
      log.warn(event, { ...refOf(job), error: messageOf(error) });
    const reporter = new RunReporter(channel, { clock, secrets: secretsOf(job), signal });
    const door = new TargetDoor(job, {
      clock,
      onRefused: ({ id, version, username }) =>
        reporter.say({ type: 'logon.refused', credentialId: id, credentialVersion: version, username }),
      ...(onWinrmEvent ? { onEvent: onWinrmEvent } : {}),
    });
    const parts = { job, door, reporter, clock, signal, onTrouble };
    if (job.mode !== 'cleanup') return new TargetExecutor(parts);
    return { execute: () => cleanUpAndReport(parts), requestCancel: () => undefined, mayGoOn: false };
  }

  /** Letting go is no error. Anything else that comes up to here is our fault. */
  async #afterError(error: unknown, following: Following): Promise<void> {
    const { job, channel, stop } = following;
    if (channel.closed.aborted) return this.#afterClosing(channel.closed.reason, following);
    if (stop.aborted)
      return this.#parts.log.info('run.released', { ...refOf(job), reason: String(stop.reason) });
    const fields = { ...refOf(job), error: messageOf(error), stack: stackOf(error) };
    this.#parts.log.error('run.worker-error', fields);
    await this.#tell(afterOwnFault(error, following), following);
  }

  async #tell(fact: WorkerFact, { job, channel, stop }: Following): Promise<void> {
    // A run that is only cleaned up has its end already; what is left on its target is tried again by the next sweep.
    if (job.mode === 'cleanup') return;
    const { clock } = this.#parts;
    const reporter = new RunReporter(channel, { clock, secrets: secretsOf(job), signal: stop });
    await reporter.say(fact);
    await reporter.committed();
  }

  async #afterClosing(reason: unknown, following: Following): Promise<void> {
    const result = reason instanceof ChannelClosedError ? reason.result : 'closed';
    const fields = { ...refOf(following.job), result, detail: messageOf(reason) };
    this.#parts.log.warn('run.not-recorded', fields);
    if (result === 'not-recorded') await this.#endUnrecorded(messageOf(reason), following);
  }

  /** The api takes nothing of what was found out, so that much is said: a run must not stay open for ever. */
  async #endUnrecorded(detail: string, { job, channel }: Following): Promise<void> {
    const { sender } = this.#parts;
    const last = sender.open(job, channel.recordedWorkerSeq);
    const stop = AbortSignal.any([last.closed, AbortSignal.timeout(LAST_WORD_LIMIT_MS)]);
    try {
      await this.#tell(endedByFault(detail), { job, channel: last, stop, errand: null });
    } catch (error) {
      // The reconciler has it followed again, ever more seldom, until it is given up.
      this.#parts.log.error('run.not-ended', { ...refOf(job), error: messageOf(error) });
    } finally {
      sender.release(last);
    }
  }
}

/** For the one event that ends a run whose others the api would not take. */
const LAST_WORD_LIMIT_MS = 60_000;

/**
 * What is said after a fault of ours: a run that may go on at its target is handed back, for its asset is not free;
 * any other ends.
 */
function afterOwnFault(error: unknown, { errand }: Following): WorkerFact {
  const detail = messageOf(error).slice(0, 2000);
  if (errand?.mayGoOn !== true) return endedByFault(detail);
  return { type: 'run.reconciling', detail: `The worker met an error of its own and let go: ${detail}` };
}

function endedByFault(detail: string): WorkerFact {
  const failureDetail = detail.slice(0, 2000);
  return { type: 'run.finished', outcome: 'unknown', failureReason: 'worker-error', failureDetail };
}

/** What a job is carried out by. */
type Errand = Pick<TargetExecutor, 'execute' | 'requestCancel' | 'mayGoOn'>;

interface Following {
  readonly job: JobPayload;
  readonly channel: RunChannel;
  readonly stop: AbortSignal;
  /** Null where only its end is told. */
  readonly errand: Errand | null;
}

function activeRun(job: JobPayload, errand: Errand, letGo: AbortController): ActiveRun {
  return {
    ...refOf(job),
    requestCancel: () => errand.requestCancel(),
    abandon: (reason) => letGo.abort(reason),
  };
}

function refOf({ targetRunId, epoch }: JobPayload): { readonly targetRunId: string; readonly epoch: number } {
  return { targetRunId, epoch };
}

/** What must never show up in recorded output: the run's secrets and the credentials' passwords. */
function secretsOf(job: JobPayload): string[] {
  return [...job.secrets, ...job.credentials.map((credential) => credential.password)];
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
