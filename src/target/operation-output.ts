import { z } from 'zod';
import { scanEndedLine, scanSoftwareLine, scanSystemLine } from './scan-output.js';

/**
 * The lines that an operation (src/target/operations/*.ps1) prints on stdout. A line that begins with
 * `{"op":` is the operation's own word; any other line is a line of the journal, passed on unchanged.
 * Described in docs/developing/operations.md; hostile until parsed.
 */
const text = z.string().max(4000);

export const operationLineSchema = z.discriminatedUnion('op', [
  /** The run stands on the target and is being followed from `offset`. */
  z.strictObject({
    op: z.literal('attached'),
    epoch: z.number().int().min(1),
    offset: z.number().int().min(0),
    /** True when this call started the task, false when it had been started before. */
    started: z.boolean(),
    bootId: text,
    powershellVersion: text,
  }),
  /** Nothing new for `heartbeatSeconds`. */
  z.strictObject({
    op: z.literal('heartbeat'),
    /** Task Scheduler's state: running, ready (not running), disabled, queued, missing, unknown. */
    taskState: z.enum(['running', 'ready', 'disabled', 'queued', 'missing', 'unknown']),
    bootId: text,
    offset: z.number().int().min(0),
  }),
  /** Following is over; nothing comes after it. */
  z.strictObject({
    op: z.literal('ended'),
    reason: z.enum([
      /** The journal's last line was printed. */
      'journal-complete',
      /** A higher epoch is in the `follower` file. */
      'stale-epoch',
      /** The task is no longer running and the journal is not complete. */
      'runner-gone',
      /** The machine was started again since the run began. */
      'rebooted',
      /** Task Scheduler ended the task at its ExecutionTimeLimit (LastTaskResult 0x41306). */
      'task-time-limit',
      /** Neither run folder nor tombstone exists. */
      'nothing-there',
      /** Only the tombstone is left: the run was cleaned up before. */
      'tombstone',
    ]),
    detail: text,
  }),
  /** The operation could not do its work. `reason` is from the public list of failure reasons. */
  z.strictObject({ op: z.literal('refused'), reason: z.string().max(64), detail: text }),
  /** cancel: the flag stands, or there was no run to flag. */
  z.strictObject({ op: z.literal('cancel'), result: z.enum(['flagged', 'not-running', 'nothing-there']) }),
  /** cleanup: only the tombstone is left, or what could not be removed. */
  z.strictObject({ op: z.literal('cleanup'), result: z.enum(['clean', 'pending']), detail: text }),
  scanSystemLine,
  scanSoftwareLine,
  scanEndedLine,
]);

export type OperationLine = z.infer<typeof operationLineSchema>;
