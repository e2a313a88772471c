import { z } from 'zod';
import { journalEventSchema } from '../../target/journal.js';
import { workerEventSchema } from './run-event.js';

/**
 * The workers' door, /internal/v1: what a worker and the api say to each other. Both sides parse what they
 * get with these schemas. Described in docs/developing/workers-door.md.
 */
const epoch = z.number().int().min(1);
const runRef = z.strictObject({ targetRunId: z.uuid(), epoch });

export const registrationSchema = z.strictObject({
  instanceId: z.uuid(),
  host: z.string().max(255),
  version: z.string().max(64),
  concurrency: z.number().int().min(1),
});
export type Registration = z.infer<typeof registrationSchema>;

export const beatSchema = z.strictObject({
  /** What this worker follows now. */
  runs: z.array(runRef).max(20_000),
  draining: z.boolean(),
});
export type Beat = z.infer<typeof beatSchema>;

const recordedEvent = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('runner'),
    /** Where the next journal line begins, in bytes: the resume point once this event is recorded. */
    nextOffset: z.number().int().min(1),
    /** SHA-256 (hex) of the line as the target printed it. */
    digest: z.string().length(64),
    event: journalEventSchema,
  }),
  z.strictObject({ source: z.literal('worker'), event: workerEventSchema }),
]);
export type DoorEvent = z.infer<typeof recordedEvent>;

export const eventBatchSchema = z.strictObject({
  instanceId: z.uuid(),
  runs: z
    .array(z.strictObject({ targetRunId: z.uuid(), epoch, events: z.array(recordedEvent).min(1) }))
    .min(1),
});
export type EventBatch = z.infer<typeof eventBatchSchema>;

/** What a worker has to do, told in every answer. */
export const instructionSchema = z.discriminatedUnion('do', [
  /** Set the cancel flag on the target. Repeated until the run has finished. */
  z.strictObject({ do: z.literal('cancel'), targetRunId: z.uuid(), epoch }),
  /** Another following is the valid one: stop, record nothing, touch nothing. */
  z.strictObject({ do: z.literal('abandon'), targetRunId: z.uuid(), epoch }),
]);
export type Instruction = z.infer<typeof instructionSchema>;

const recordedRun = z.strictObject({
  targetRunId: z.uuid(),
  epoch,
  result: z.enum([
    /** Everything up to `runnerSeq` and `workerSeq` is committed. */
    'recorded',
    /** Another epoch is the valid one. */
    'stale-epoch',
    /** The run does not exist or has finished: nothing more is recorded for it. */
    'closed',
    /** Recording this run's events failed, those of others did not: they are sent again, a little later. */
    'not-recorded',
    /** Numbers are missing before what came: the api knows less than this worker (a restored backup). */
    'gap',
    /** The same event came with other content; the run has been ended as unknown. */
    'journal-conflict',
  ]),
  detail: z.string(),
  runnerSeq: z.number().int().min(0),
  workerSeq: z.number().int().min(0),
});
export type RecordedRun = z.infer<typeof recordedRun>;

export const eventAnswerSchema = z.strictObject({
  runs: z.array(recordedRun),
  instructions: z.array(instructionSchema),
});
export type EventAnswer = z.infer<typeof eventAnswerSchema>;

export const beatAnswerSchema = z.strictObject({ instructions: z.array(instructionSchema) });
export type BeatAnswer = z.infer<typeof beatAnswerSchema>;
