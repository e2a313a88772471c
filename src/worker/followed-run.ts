import type { JobPayload } from '../dispatch/domain/sealed-job.js';
import type { Clock } from '../shared/clock.js';
import type { Deadline } from '../shared/deadline.js';
import { Secret } from '../shared/secret.js';
import { buildOperation } from '../target/build-operation.js';
import type { OperationLine } from '../target/operation-output.js';
import { explainBlockedScript } from '../target/explain-blocked-script.js';
import type { Session } from '../winrm/index.js';
import { conclude, concludeRefusal, type Ending } from './conclude.js';
import { type JournalLineRead, JournalReader } from './journal-reader.js';
import { type OperationEnd, type OperationOutput, runOperation } from './operation-stream.js';
import type { RunReporter } from './run-reporter.js';
import type { TargetDoor } from './target-session.js';

/** Seconds of silence after which the target's follower prints a heartbeat. */
const HEARTBEAT_SECONDS = 15;
/** Beyond the maximum duration and the final action's wait: the task's own end is the last net, not the first. */
export const TASK_MARGIN_SECONDS = 600;

/** What one operation on the target came to. */
export type FollowEnd =
  | { readonly kind: 'ending'; readonly ending: Ending }
  /** Another following is the valid one. */
  | { readonly kind: 'superseded' }
  /** The operation ended without its last word; the run itself may go on. */
  | { readonly kind: 'broken-off'; readonly detail: string };

export interface FollowedRunParts {
  readonly job: JobPayload;
  readonly reporter: RunReporter;
  readonly clock: Clock;
  readonly door: Pick<TargetDoor, 'credentialId'>;
}

/** One run as it is seen on its target: starts it at most once, and reads its journal on, over any number of sessions. */
export class FollowedRun {
  readonly #job: JobPayload;
  readonly #reporter: RunReporter;
  readonly #clock: Clock;
  readonly #journal: JournalReader;
  readonly #door: FollowedRunParts['door'];
  #attachments = 0;
  #isAttached = false;
  #mayHaveStarted: boolean;
  #isAnnounced: boolean;
  /** The journal's byte behind which something did not fit the last time it was read. */
  #doubtedOffset: number | null = null;

  constructor({ job, reporter, clock, door }: FollowedRunParts) {
    this.#door = door;
    this.#job = job;
    this.#reporter = reporter;
    this.#clock = clock;
    this.#journal = new JournalReader(job.plan, job);
    // An earlier following may have started it and vanished before it could tell.
    this.#mayHaveStarted = job.mode === 'follow' || job.mayHaveStarted;
    this.#isAnnounced = this.#mayHaveStarted;
  }

  /** Whether the target may hold something of this run: then nothing but the target can say how it ended. */
  get mayHaveStarted(): boolean {
    return this.#mayHaveStarted;
  }

  /** How often a following over one session has begun on the target. */
  get attachments(): number {
    return this.#attachments;
  }

  /**
   * Starts the run, or follows it when it may have been started, until the target has said its last word.
   *
   * @throws WinrmError or OperationSilentError when the connection ends first: ask again over another session.
   */
  async followOver(session: Session, deadline: Deadline): Promise<FollowEnd> {
    this.#isAttached = false;
    const stdin = () => this.#nextOperation();
    const onSending = () => this.#announce();
    const lines = runOperation({ session, stdin, deadline, onSending });
    for (;;) {
      const next = await lines.next();
      if (next.done) return this.#brokenOff(next.value);
      const end = await this.#take(next.value);
      if (end === null) continue;
      await lines.return({ exitCode: null, stderr: '' });
      return end;
    }
  }

  /**
   * Has it recorded that the run may be on its target from now on, before anything is sent that could start it: should this
   * worker vanish, whoever comes next knows whether there is something to ask for.
   */
  async #announce(): Promise<void> {
    if (!this.#isAnnounced) {
      await this.#reporter.say({ type: 'run.starting' });
      await this.#reporter.committed();
      this.#isAnnounced = true;
    }
    this.#mayHaveStarted = true;
  }

  #nextOperation(): Buffer {
    const { journalOffset } = this.#journal.position;
    const common = {
      targetRunId: this.#job.targetRunId,
      epoch: this.#job.epoch,
      offset: journalOffset,
      heartbeatSeconds: HEARTBEAT_SECONDS,
    };
    const secrets = this.#job.secrets.map((value) => new Secret(value));
    if (!this.#mayStart()) {
      return buildOperation(
        { operation: 'follow', ...common, secretNames: this.#job.plan.secretNames },
        secrets,
      );
    }
    return buildOperation(
      {
        operation: 'start',
        ...common,
        startBefore: this.#job.startBefore,
        taskTimeLimitSeconds: this.#taskTimeLimitSeconds(),
        plan: this.#job.plan,
      },
      secrets,
    );
  }

  /** Starting is idempotent on the target, but only until we know that it has begun, and never after the expiry. */
  #mayStart(): boolean {
    const hasBegun =
      this.attachments > 0 || this.#journal.position.runnerSeq > 0 || this.#job.mode === 'follow';
    return !hasBegun && this.#clock.now().toISOString() < this.#job.startBefore;
  }

  #taskTimeLimitSeconds(): number {
    const { maxDurationSeconds, finalAction } = this.#job.plan;
    return maxDurationSeconds + finalAction.waitSeconds + TASK_MARGIN_SECONDS;
  }

  async #take({ text, parsed }: OperationOutput): Promise<FollowEnd | null> {
    if (parsed.kind === 'journal') return this.#takeJournal({ text, ...parsed });
    if (parsed.kind === 'operation') return this.#takeWord(parsed.line);
    // What is no JSON at all comes from somewhere else on the target (a banner, a warning); a journal never does.
    return text.startsWith('{') ? this.#doubt('journal-unreadable', parsed.problem) : null;
  }

  async #takeJournal(line: JournalLineRead): Promise<FollowEnd | null> {
    const taken = this.#journal.take(line);
    if ('problem' in taken) return this.#doubt('journal-conflict', taken.problem);
    await this.#reporter.journal(taken);
    return null;
  }

  async #takeWord(line: OperationLine): Promise<FollowEnd | null> {
    switch (line.op) {
      case 'attached':
        await this.#attach(line);
        return null;
      case 'ended':
        return this.#end(line);
      case 'refused':
        return { kind: 'ending', ending: concludeRefusal(line.reason, line.detail) };
      case 'heartbeat':
      case 'cancel':
      case 'cleanup':
      case 'scan-system':
      case 'scan-software':
      case 'scan-ended':
        return null;
    }
  }

  /** A target that says it over and over again fills nothing: once per session is what there is to tell. */
  async #attach({ epoch, started, bootId, powershellVersion }: Extract<OperationLine, { op: 'attached' }>) {
    if (this.#isAttached) return;
    this.#isAttached = true;
    this.#attachments += 1;
    await this.#reporter.say({
      type: started ? 'run.attached' : 'run.reattached',
      epoch,
      bootId,
      powershellVersion,
      ...(this.#door.credentialId ? { credentialId: this.#door.credentialId } : {}),
    });
  }

  #end({ reason, detail }: Extract<OperationLine, { op: 'ended' }>): FollowEnd {
    if (reason === 'stale-epoch') return { kind: 'superseded' };
    const { walk, runnerSeq } = this.#journal.position;
    if (reason === 'journal-complete' && walk.outcome === null && walk.disagreement === null)
      return this.#doubt('journal-conflict', 'The journal ends without run.completed');
    const evidence = { reason, detail, walk, plan: this.#job.plan, runnerDetail: this.#journal.runnerDetail };
    return {
      kind: 'ending',
      ending: conclude({ ...evidence, wasThere: this.attachments > 0 || runnerSeq > 0 }),
    };
  }

  /**
   * What does not fit may be missing only from what came: an answer to Receive that broke off on its way is not always given
   * again (reliability.md, seed 335). The journal on the target decides: it is read once more from the last line that did fit.
   */
  #doubt(failureReason: 'journal-conflict' | 'journal-unreadable', problem: string): FollowEnd {
    const { journalOffset } = this.#journal.position;
    if (this.#doubtedOffset === journalOffset) return endAs('unknown', failureReason, problem);
    this.#doubtedOffset = journalOffset;
    return {
      kind: 'broken-off',
      detail: `${problem}. The journal is read again from the last line that fits`,
    };
  }

  #brokenOff({ exitCode, stderr }: OperationEnd): FollowEnd {
    const said = stderr.trim() === '' ? 'without a word' : `with: ${stderr.trim()}`;
    const detail = `Our PowerShell ended with code ${exitCode ?? 'unknown'} ${said}`;
    const isFirst = this.#job.mode === 'start' && !this.#job.mayHaveStarted;
    if (!isFirst || this.attachments > 0 || this.#journal.position.runnerSeq > 0)
      return { kind: 'broken-off', detail };
    // Nothing was printed, so nothing was started: something on the target keeps the script from running.
    return endAs('blocked', 'script-blocked', explainBlockedScript(stderr)?.detail ?? detail);
  }
}

function endAs(
  outcome: Ending['outcome'],
  failureReason: NonNullable<Ending['failureReason']>,
  failureDetail: string,
): FollowEnd {
  return { kind: 'ending', ending: { outcome, failureReason, failureDetail } };
}
