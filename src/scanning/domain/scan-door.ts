import { z } from 'zod';
import { FAILURE_REASONS } from '../../deployments/domain/failure-reason.js';
import { scanResultSchema } from '../../target/scan-output.js';

/**
 * What a worker says of a scan at the workers' door, /internal/v1/scans/{id} (docs/developing/workers-door.md). Both sides
 * parse what they get with these schemas.
 */
const attempt = { instanceId: z.uuid(), epoch: z.number().int().min(1) };

export const scanBeginSchema = z.strictObject(attempt);

/** `go` false: another attempt is the valid one, or the scan has ended. The asset is not touched then. */
export const scanBeginAnswerSchema = z.strictObject({ go: z.boolean() });

export const scanRefusalSchema = z.strictObject({
  ...attempt,
  credentialId: z.uuid(),
  credentialVersion: z.string().max(4000),
});

export const scanEndSchema = z.strictObject({
  ...attempt,
  result: z.discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true), found: scanResultSchema }),
    z.strictObject({
      ok: z.literal(false),
      failureReason: z.enum(FAILURE_REASONS),
      failureDetail: z.string().max(4000),
    }),
  ]),
});

export type ScanBegin = z.infer<typeof scanBeginSchema>;
export type ScanRefusal = z.infer<typeof scanRefusalSchema>;
export type ScanEnd = z.infer<typeof scanEndSchema>;
export type ScanEnding = ScanEnd['result'];
