import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { executionPlanSchema } from '../../packages/domain/execution-plan.js';
import { planWalkSchema } from '../../packages/domain/outcome.js';
import { WinchError } from '../../shared/errors.js';

/** The one BullMQ queue, and the name of its jobs. */
export const RUN_QUEUE = 'winch-runs';
export const RUN_JOB = 'run';

/** The Redis channel on which the api says that a worker should beat at once. Its messages are empty. */
export const WAKE_CHANNEL = 'winch-wake';

const credential = z.strictObject({
  id: z.uuid(),
  username: z.string(),
  password: z.string(),
  /** Which user name and password these are, for a report that they were refused. */
  version: z.string(),
  /** Not tried before this instant: the target refused it a short while ago. Null: it may be tried. */
  heldBackUntil: z.iso.datetime().nullable(),
});

const target = z.strictObject({
  name: z.string(),
  address: z.string(),
  port: z.number().int(),
  transport: z.enum(['http', 'https']),
  tlsVerify: z.enum(['full', 'fingerprint', 'none']),
  tlsFingerprint: z.string().nullable(),
  authentication: z.enum(['negotiate', 'basic']),
});

/** Everything a worker needs to scan one asset. */
export const scanPayloadSchema = z.strictObject({
  mode: z.literal('scan'),
  scanId: z.uuid(),
  epoch: z.number().int().min(1),
  target,
  /** Tried in this order. */
  credentials: z.array(credential),
});
export type ScanPayload = z.infer<typeof scanPayloadSchema>;

/** Everything a worker needs to follow one run; it reads nothing else. Secrets are in it, so it travels sealed. */
export const jobPayloadSchema = z.strictObject({
  /** `cleanup`: the run has finished; only what it left on its target is removed. */
  mode: z.enum(['start', 'follow', 'cleanup']),
  targetRunId: z.uuid(),
  epoch: z.number().int().min(1),
  /** No start after this instant. */
  startBefore: z.iso.datetime(),
  /** Instant of `run.started`, once there is one. */
  startedAt: z.iso.datetime().nullable(),
  /** Whether an earlier following may have started it: then only the target can say how it is. */
  mayHaveStarted: z.boolean(),
  target,
  /** Tried in this order. */
  credentials: z.array(credential),
  plan: executionPlanSchema,
  /** Values of `plan.secretNames`, in that order. */
  secrets: z.array(z.string()),
  journalOffset: z.number().int().min(0),
  runnerSeq: z.number().int().min(0),
  walk: planWalkSchema,
});
export type JobPayload = z.infer<typeof jobPayloadSchema>;

/** What the payload of any job may be. */
export type AnyPayload = JobPayload | ScanPayload;
const anyPayloadSchema = z.discriminatedUnion('mode', [jobPayloadSchema, scanPayloadSchema]);

/** A job that was not sealed by our api for this job id, or that does not hold what it should. */
export class JobRefusedError extends WinchError {
  readonly code = 'job-refused';
  override readonly logLevel = 'error';
}

/** The job's id in Redis: each epoch of a run, and of a scan, is a job of its own. */
export function jobIdOf(id: string, epoch: number): string {
  return `${id}-${epoch}`;
}

/** The id of the job that carries a payload. */
export function jobIdFor(payload: AnyPayload): string {
  return jobIdOf(payload.mode === 'scan' ? payload.scanId : payload.targetRunId, payload.epoch);
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a payload with AES-256-GCM, bound to its job id. The result is Base64 of iv, tag and ciphertext. */
export function sealJob(payload: AnyPayload, jobKey: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', jobKey, iv);
  cipher.setAAD(Buffer.from(jobIdFor(payload)));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(payload), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/**
 * Opens what `sealJob` made.
 *
 * @throws JobRefusedError when it was sealed with another key or for another job id, or holds something else.
 */
export function openJob(sealed: unknown, jobId: string, jobKey: Buffer): AnyPayload {
  const payload = anyPayloadSchema.safeParse(JSON.parse(unseal(sealed, jobId, jobKey)));
  if (!payload.success)
    throw new JobRefusedError(`Job ${jobId} does not hold a run or a scan: ${payload.error.message}`);
  if (jobIdFor(payload.data) !== jobId) {
    throw new JobRefusedError(`Job ${jobId} holds another run or scan`);
  }
  return payload.data;
}

function unseal(sealed: unknown, jobId: string, jobKey: Buffer): string {
  if (typeof sealed !== 'string') throw new JobRefusedError(`Job ${jobId} holds no sealed payload`);
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < IV_BYTES + TAG_BYTES)
    throw new JobRefusedError(`Job ${jobId} is too short to be sealed`);
  const decipher = createDecipheriv('aes-256-gcm', jobKey, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(jobId));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
      'utf8',
    );
  } catch (error) {
    throw new JobRefusedError(
      `Job ${jobId} was not sealed by this api: check that worker and api have the same WINCH_WORKER_KEY`,
      { cause: error },
    );
  }
}
