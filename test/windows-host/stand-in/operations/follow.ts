import type { OperationLine } from '../../../../src/target/operation-output.js';
import { TASK_RESULTS } from '../../scheduler/task-scheduler.js';
import { Bell } from '../bell.js';
import type { FollowInput } from './input.js';
import type { OperationContext } from './operation.js';
import { deliverSecrets } from './secrets-delivery.js';

type EndReason = Extract<OperationLine, { op: 'ended' }>['reason'];

/** What stands at PowerShell's `$PSVersionTable.PSVersion` on Windows 10 and 11. */
export const POWERSHELL_VERSION = '5.1.19041.4522';

const JOURNAL_END = /"type":"final-action\.(?:started|skipped)"/;

/**
 * `follow` (docs/developing/operations.md): prints the journal from an offset until the run or the following
 * ends. It sleeps on changes of the run's folder and task instead of looking every 200 ms, so that a thousand
 * follows cost nothing while nothing happens.
 */
export class Follow {
  readonly #bell = new Bell();
  #offset: number;
  #lastNewsMs = performance.now();

  constructor(
    private readonly context: OperationContext,
    private readonly input: Omit<FollowInput, 'operation'>,
  ) {
    this.#offset = input.offset;
  }

  async run(options: { readonly started: boolean }): Promise<void> {
    const { folder } = this.context;
    if (!folder.has('claimed') && !this.#taskIsRunning()) {
      return this.#end('nothing-there', `${folder.path} holds no claim of a runner`);
    }
    if (folder.isTombstone) {
      this.#sayAttached(options.started);
      return this.#end('tombstone', 'The run was cleaned up before');
    }
    if (!this.#takeEpoch()) return this.#endStale();
    this.#sayAttached(options.started);
    this.#deliver();
    await this.#watching(() => this.#tail());
  }

  async #watching(tail: () => Promise<void>): Promise<void> {
    const { folder, standIn } = this.context;
    const stops = [
      folder.watch(() => this.#bell.ring()),
      standIn.scheduler.watch(folder.taskPath, () => this.#bell.ring()),
    ];
    try {
      await tail();
    } finally {
      for (const stop of stops) stop();
    }
  }

  async #tail(): Promise<void> {
    if (this.#nothingIsLeft()) return this.#end('journal-complete', '');
    for (;;) {
      if (this.#isStale()) return this.#endStale();
      if (this.#printNewLines()) return this.#end('journal-complete', '');
      if (!this.#taskIsRunning()) return this.#endLost();
      await this.#nextNews();
    }
  }

  async #nextNews(): Promise<void> {
    const { process, standIn } = this.context;
    const heartbeatMs = this.input.heartbeatSeconds * 1000;
    const quietMs = performance.now() - this.#lastNewsMs;
    if (await process.hear(this.#bell, Math.max(0, heartbeatMs - quietMs))) {
      await process.sleep(standIn.settings.followDelayMs);
    } else this.#sayHeartbeat();
  }

  /** Prints the complete lines beyond the offset, unchanged. True when the journal's last one was among them. */
  #printNewLines(): boolean {
    const { folder, process } = this.context;
    const journal = folder.read('journal.jsonl') ?? '';
    const end = journal.lastIndexOf('\n') + 1;
    if (end <= this.#offset) return false;
    const news = journal.slice(this.#offset, end);
    this.#offset = end;
    this.#lastNewsMs = performance.now();
    process.write('stdout', Buffer.from(news, 'latin1'));
    if (news.includes('"type":"secrets.requested"')) this.#deliver();
    return JOURNAL_END.test(news);
  }

  /** The journal is complete, and an earlier follow has read all of it. */
  #nothingIsLeft(): boolean {
    const { folder } = this.context;
    return folder.isComplete && this.#offset >= (folder.read('journal.jsonl')?.length ?? 0);
  }

  #deliver(): void {
    deliverSecrets(this.context, this.input.secretNames);
  }

  #takeEpoch(): boolean {
    if (this.#isStale()) return false;
    this.context.folder.write('follower', String(this.input.epoch));
    return true;
  }

  #isStale(): boolean {
    return Number(this.context.folder.read('follower') ?? 0) > this.input.epoch;
  }

  #taskIsRunning(): boolean {
    const { standIn, folder } = this.context;
    return standIn.scheduler.describe(folder.taskPath)?.state === 'running';
  }

  #sayAttached(started: boolean): void {
    const { epoch, offset } = this.input;
    const { bootId } = this.context.standIn.machine;
    this.context.say({
      op: 'attached',
      epoch,
      offset,
      started,
      bootId,
      powershellVersion: POWERSHELL_VERSION,
    });
  }

  #sayHeartbeat(): void {
    const { standIn, folder, say } = this.context;
    this.#lastNewsMs = performance.now();
    const taskState = standIn.scheduler.describe(folder.taskPath)?.state ?? 'missing';
    say({ op: 'heartbeat', taskState, bootId: standIn.machine.bootId, offset: this.#offset });
  }

  #endLost(): void {
    const { standIn, folder } = this.context;
    const claim = bootIdOfClaim(folder.read('claimed'));
    const result = standIn.scheduler.describe(folder.taskPath)?.lastTaskResult ?? 0;
    const detail = `last task result 0x${result.toString(16)}`;
    if (claim !== undefined && claim !== standIn.machine.bootId) return this.#end('rebooted', detail);
    this.#end(result === TASK_RESULTS.terminated ? 'task-time-limit' : 'runner-gone', detail);
  }

  #endStale(): void {
    this.#end('stale-epoch', `The follower file holds ${this.context.folder.read('follower') ?? 'nothing'}`);
  }

  #end(reason: EndReason, detail: string): void {
    this.context.say({ op: 'ended', reason, detail });
  }
}

function bootIdOfClaim(claim: string | undefined): string | undefined {
  return /"bootId":"([^"]*)"/.exec(claim ?? '')?.[1];
}
