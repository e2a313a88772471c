import { z } from 'zod';
import { FAILURE_REASONS } from '../../deployments/domain/failure-reason.js';
import { OUTCOMES } from '../../deployments/domain/outcome.js';
import type { SoftwareChange } from '../../scanning/domain/software-change.js';
import type { JournalEvent } from '../../target/journal.js';

const text = z.string().max(4000);
const at = z.iso.datetime();
const seq = z.number().int().min(1);

const finished = {
  outcome: z.enum(OUTCOMES),
  failureReason: z.enum(FAILURE_REASONS).nullable(),
  failureDetail: text,
};

const attachment = {
  epoch: z.number().int().min(1),
  bootId: text,
  powershellVersion: text,
  /** Whom the target let in. */
  credentialId: z.uuid().optional(),
};

/**
 * What a worker itself has to say about a run. `seq` counts from 1 within one epoch.
 */
export const workerEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ seq, at, type: z.literal('run.connecting'), address: text }),
  /** What starts the run is sent as soon as this is committed: from now on only the target can say what became of it. */
  z.strictObject({ seq, at, type: z.literal('run.starting') }),
  /** The target's task was started by this following. */
  z.strictObject({ seq, at, type: z.literal('run.attached'), ...attachment }),
  /** The run had been started before; this following reads on. */
  z.strictObject({ seq, at, type: z.literal('run.reattached'), ...attachment }),
  /** The target cannot be asked at the moment; nothing is known to have failed. */
  z.strictObject({ seq, at, type: z.literal('run.reconciling'), detail: text }),
  /** The target refused this credential; it is left alone for a while, here and by every later run. */
  z.strictObject({
    seq,
    at,
    type: z.literal('logon.refused'),
    credentialId: z.uuid(),
    credentialVersion: text,
    username: text,
  }),
  z.strictObject({ seq, at, type: z.literal('run.finished'), ...finished }),
  z.strictObject({
    seq,
    at,
    type: z.literal('cleanup.finished'),
    result: z.enum(['clean', 'pending']),
    detail: text,
  }),
]);
export type WorkerEvent = z.infer<typeof workerEventSchema>;

/** The scan after a run has come to its end. */
export interface RescanFinished {
  readonly type: 'rescan.finished';
  readonly scanId: string;
  readonly result: 'succeeded' | 'failed';
  readonly failureReason: (typeof FAILURE_REASONS)[number] | null;
  readonly failureDetail: string;
  /** What is other than at the scan before the run; null when there was none to compare with. */
  readonly changes: readonly SoftwareChange[] | null;
  /** How many more changes there were. */
  readonly changesOmitted: number;
}

/** What the api records without a worker. Its `seq` counts from 1 within the run. */
export type ApiEvent =
  | {
      readonly type: 'run.queued';
      readonly epoch: number;
      readonly mode: 'start' | 'follow';
      /** Why again; not said the first time. */
      readonly detail?: string;
    }
  /** No job can be made for it at the moment; that is tried again. */
  | { readonly type: 'run.delayed'; readonly detail: string }
  /** It begins outside of the maintenance windows of its asset's groups. */
  | { readonly type: 'window.overridden'; readonly by: string; readonly reason: string }
  | { readonly type: 'cancel.requested'; readonly by: string; readonly reason?: string }
  | { readonly type: 'run.reconciling'; readonly detail: string }
  | RescanFinished
  | {
      readonly type: 'run.finished';
      readonly outcome: (typeof OUTCOMES)[number];
      readonly failureReason: (typeof FAILURE_REASONS)[number] | null;
      readonly failureDetail: string;
    };

/** One fact about a run, whoever said it. */
export type RunFact = JournalEvent | WorkerEvent | (ApiEvent & { readonly seq: number; readonly at: string });

export type EventSource = 'api' | 'runner' | `worker:${number}`;

/** Events that change what a deployment's stream shows; the others are only in the run's own stream. */
export const STATE_EVENT_TYPES = [
  'run.queued',
  'run.delayed',
  'window.overridden',
  'run.connecting',
  'run.starting',
  'run.attached',
  'run.reattached',
  'run.started',
  'step.started',
  'step.finished',
  'run.completed',
  'cancel.requested',
  'run.reconciling',
  'run.finished',
  'cleanup.finished',
  'rescan.finished',
] as const;
