import type { ExecutionPlan } from '../../../src/packages/domain/execution-plan.js';
import { computeOutcome } from '../../../src/packages/domain/outcome.js';
import { type JournalEvent, type JournalEventType, parseJournalLine } from '../../../src/target/journal.js';
import { type OperationLine, operationLineSchema } from '../../../src/target/operation-output.js';
import type { RunningOperation } from './operations-host.js';

type Own = OperationLine['op'];
export type OwnLine<T extends Own> = Extract<OperationLine, { op: T }>;
export type EventOf<T extends JournalEventType> = Extract<JournalEvent, { type: T }>;

/** So long on a machine whose cores do other things too; a test that fails in it has its own, shorter one. */
const DEADLINE_MS = 240_000;

/** What an operation has printed so far; every line must fit the schemas. */
export class OperationLog {
  readonly lines: string[] = [];
  #wake: () => void = () => undefined;
  #over = false;
  #failure: unknown;

  /** With the plan, a journal that is read to its end must agree with what the worker will compute from it. */
  constructor(
    private readonly running: RunningOperation,
    private readonly plan?: ExecutionPlan,
  ) {
    void this.#read();
  }

  /** Waits for the operation to end by itself. */
  async finished(): Promise<this> {
    await this.until(() => this.#over || undefined, 'the end of the operation');
    if (this.#failure !== undefined) throw this.#failure;
    this.#checkAgreement();
    return this;
  }

  #checkAgreement(): void {
    if (this.plan === undefined || this.endReason() !== 'journal-complete') return;
    const events = this.events();
    if (events[0]?.seq !== 1) return;
    const { disagreement } = computeOutcome(this.plan, events);
    if (disagreement !== null) throw new Error(`journal-conflict: ${disagreement}\n${this.lines.join('\n')}`);
  }

  kill(): void {
    this.running.kill();
  }

  own<T extends Own>(op: T): OwnLine<T>[] {
    const lines = this.lines.filter((line) => line.startsWith('{"op":'));
    return lines.map((line) => operationLineSchema.parse(JSON.parse(line))).filter(isOwn(op));
  }

  /** The reason that following ended for. */
  endReason(): string | undefined {
    return this.own('ended')[0]?.reason;
  }

  journalLines(): string[] {
    return this.lines.filter((line) => !line.startsWith('{"op":'));
  }

  events(): JournalEvent[] {
    return this.journalLines().map((line) => {
      const parsed = parseJournalLine(line);
      if (!parsed.ok) throw new Error(`A journal line breaks its schema: ${parsed.problem}`);
      return parsed.event;
    });
  }

  eventsOf<T extends JournalEventType>(type: T): EventOf<T>[] {
    return this.events().filter(isEvent(type));
  }

  /** The only event of a type. */
  event<T extends JournalEventType>(type: T): EventOf<T> {
    const [event, ...more] = this.eventsOf(type);
    if (event === undefined || more.length > 0)
      throw new Error(`Not exactly one ${type} in: ${this.lines.join('\n')}`);
    return event;
  }

  /** Everything that the steps, or one of them, printed on a stream. */
  output(stream: 'stdout' | 'stderr' = 'stdout', index?: number): string {
    const chunks = this.eventsOf('step.output').filter((event) => event.stream === stream);
    const wanted = index === undefined ? chunks : chunks.filter((event) => event.index === index);
    return wanted.map(({ text }) => text).join('');
  }

  /** How a step ended that ran once. */
  stepEnd(index: number): EventOf<'step.finished'> {
    const ends = this.eventsOf('step.finished').filter((event) => event.index === index);
    const [end, ...more] = ends;
    if (end === undefined || more.length > 0)
      throw new Error(`Step ${index} has not ended once in: ${this.lines.join('\n')}`);
    return end;
  }

  /** Waits until the lines so far give a value. */
  async until<T>(look: () => T | undefined, awaited: string, deadlineMs = DEADLINE_MS): Promise<T> {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (performance.now() > deadline)
        throw new Error(`Waited for ${awaited}; printed: ${this.lines.join('\n')}`);
      await this.#nextNews();
    }
  }

  untilEvent(type: JournalEventType): Promise<JournalEvent> {
    return this.until(() => this.eventsOf(type)[0], type);
  }

  untilOwn(op: Own): Promise<OperationLine> {
    return this.until(() => this.own(op)[0], op);
  }

  #nextNews(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A connection that a test breaks on purpose matters only to who waits for the operation to finish. */
  async #read(): Promise<void> {
    try {
      for await (const line of this.running.lines) {
        this.lines.push(line);
        this.#wake();
      }
    } catch (error) {
      this.#failure = error;
    }
    this.#over = true;
    this.#wake();
  }
}

function isOwn<T extends Own>(op: T) {
  return (line: OperationLine): line is OwnLine<T> => line.op === op;
}

function isEvent<T extends JournalEventType>(type: T) {
  return (event: JournalEvent): event is EventOf<T> => event.type === type;
}
