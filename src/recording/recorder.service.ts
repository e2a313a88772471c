import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { advancePlanWalk } from '../packages/domain/outcome.js';
import { messageOf } from '../shared/errors.js';
import type { TargetRunId, WorkerId } from '../shared/ids.js';
import type { DoorEvent, EventBatch, RecordedRun } from './domain/door.js';
import { excessOf, type Recorded } from './domain/allowance.js';
import { admit, digestOf, sourceOf } from './domain/intake.js';
import { RunStore } from './persistence/run-store.js';
import type { RunWriter } from './persistence/run-writer.js';
import { RecordingFigures } from './recording-figures.service.js';

/** What may still be said of a run that has finished: its clean-up goes on. */
const AFTER_ITS_END: readonly string[] = ['cleanup.finished', 'logon.refused'];

/** When as many runs cannot be recorded one by one, none can. */
const PROBES = 3;

type BatchRun = EventBatch['runs'][number];
type Refusal = Pick<RecordedRun, 'result' | 'detail'>;

/**
 * Records what workers report. One transaction per batch: when `record` has resolved, everything that it
 * calls recorded is committed. Repeating a batch is harmless.
 */
@Injectable()
export class Recorder {
  constructor(
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(RecordingFigures) private readonly figures: RecordingFigures,
    @Inject(PinoLogger) private readonly logger: PinoLogger,
  ) {}

  async record(batch: EventBatch): Promise<RecordedRun[]> {
    const stopTimer = this.figures.batchSeconds.startTimer();
    const runs = await this.#recordTogether(batch).catch((error: unknown) => {
      if (batch.runs.length === 1) throw error;
      return this.#recordApart(batch, error);
    });
    stopTimer();
    return runs;
  }

  /** What makes the transaction of a whole batch fail may be about one of its runs: the others must not wait for it. */
  async #recordApart(batch: EventBatch, failure: unknown): Promise<RecordedRun[]> {
    const answers: RecordedRun[] = [];
    for (const part of batch.runs) {
      const answer = await this.#recordTogether({ ...batch, runs: [part] }).catch((error: unknown) => {
        this.logger.error({ err: error, targetRunId: part.targetRunId }, 'record.failed');
        return [notRecorded(part, messageOf(error))];
      });
      answers.push(...answer);
      // Nothing at all can be recorded: a full disk, a locked database. That is not about these runs.
      const isHopeless = answers.length >= PROBES && answers.every(({ result }) => result === 'not-recorded');
      if (isHopeless) throw failure;
    }
    return answers;
  }

  async #recordTogether(batch: EventBatch): Promise<RecordedRun[]> {
    const parts = new Map(batch.runs.map((part) => [part.targetRunId, part]));
    const answers = new Map<string, RecordedRun>();
    await this.runs.change([...parts.keys()] as TargetRunId[], async (writer) => {
      const part = parts.get(writer.run.id);
      if (!part) return false;
      const refusal = await recordPart(writer, part, batch.instanceId as WorkerId);
      answers.set(part.targetRunId, answerOf(part, writer, refusal));
      return refusal?.result !== 'stale-epoch';
    });
    return batch.runs.map((part) => answers.get(part.targetRunId) ?? noSuchRun(part));
  }
}

/** Records a run's events until one cannot be; what came before it stays recorded. */
async function recordPart(writer: RunWriter, part: BatchRun, workerId: WorkerId): Promise<Refusal | null> {
  const { run } = writer;
  if (part.epoch !== run.epoch)
    return { result: 'stale-epoch', detail: `Epoch ${run.epoch} is the valid one` };
  // Who followed the run stays to be seen, whoever cleans up after it.
  if (run.state !== 'finished') Object.assign(run, { workerId, waitingFor: null });
  for (const event of part.events) {
    const refusal = await recordEvent(writer, event);
    if (refusal) return refusal;
  }
  return null;
}

async function recordEvent(writer: RunWriter, event: DoorEvent): Promise<Refusal | null> {
  const intake = admit(writer.run, event);
  switch (intake.verdict) {
    case 'gap':
      return {
        result: 'gap',
        detail: `${event.source} event ${event.event.seq} came, ${intake.expected} was due`,
      };
    case 'repeated':
      return compareWithRecorded(writer, event);
    case 'new':
      if (writer.run.state === 'finished' && !AFTER_ITS_END.includes(event.event.type)) {
        return { result: 'closed', detail: 'The run has finished' };
      }
      return take(writer, event);
  }
}

async function compareWithRecorded(writer: RunWriter, event: DoorEvent): Promise<Refusal | null> {
  const source = sourceOf(event, writer.run.epoch);
  const recorded = await writer.recordedDigest(source, event.event.seq);
  // Retention may have removed the event long after the run; its number says that it was recorded all the same.
  if (recorded === null || recorded === digestOf(event)) return null;
  return endAsUnknown(writer, {
    failureReason: 'journal-conflict',
    failureDetail: `Event ${event.event.seq} of ${source} was recorded before with other content`,
  });
}

/** Whatever is true, it cannot be told from this evidence any more; following on would only repeat the contradiction. */
function endAsUnknown(
  writer: RunWriter,
  ending: { failureReason: 'journal-conflict' | 'journal-too-long'; failureDetail: string },
): Refusal {
  if (writer.run.state !== 'finished')
    writer.addApiEvent({ type: 'run.finished', outcome: 'unknown', ...ending });
  return { result: 'journal-conflict', detail: ending.failureDetail };
}

function take(writer: RunWriter, event: DoorEvent): Refusal | null {
  const { run } = writer;
  const excess = event.source === 'runner' ? excessOf(run.plan, withNext(run, event)) : null;
  if (excess !== null)
    return endAsUnknown(writer, { failureReason: 'journal-too-long', failureDetail: excess });
  if (event.source === 'runner') {
    run.runnerSeq = event.event.seq;
    run.journalOffset = event.nextOffset;
    run.idleEpochs = 0;
    run.walk = advancePlanWalk(run.walk, event.event, run.plan);
  } else {
    run.workerSeq = event.event.seq;
  }
  writer.add(event.event, {
    source: sourceOf(event, run.epoch),
    sourceSeq: event.event.seq,
    digest: digestOf(event),
  });
  return null;
}

/** How much a run will have recorded with this event. */
function withNext(run: RunWriter['run'], event: Extract<DoorEvent, { source: 'runner' }>): Recorded {
  const { event: line, nextOffset: journalBytes } = event;
  const before = line.type === 'step.output' ? (run.steps[line.index]?.outputBytes ?? 0) : 0;
  const text = line.type === 'step.output' ? Buffer.byteLength(line.text) : 0;
  return { stepOutputBytes: before + text, journalBytes, lines: line.seq };
}

function answerOf(part: BatchRun, writer: RunWriter, refusal: Refusal | null): RecordedRun {
  const { targetRunId, epoch } = part;
  const { runnerSeq, workerSeq } = writer.run;
  return { targetRunId, epoch, result: 'recorded', detail: '', ...refusal, runnerSeq, workerSeq };
}

function notRecorded({ targetRunId, epoch }: BatchRun, detail: string): RecordedRun {
  return { targetRunId, epoch, result: 'not-recorded', detail, runnerSeq: 0, workerSeq: 0 };
}

function noSuchRun(part: BatchRun): RecordedRun {
  const { targetRunId, epoch } = part;
  return { targetRunId, epoch, result: 'closed', detail: 'There is no such run', runnerSeq: 0, workerSeq: 0 };
}
