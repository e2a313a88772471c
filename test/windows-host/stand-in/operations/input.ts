import { z } from 'zod';

import { executionPlanSchema } from '../../../../src/packages/domain/execution-plan.js';

/** Line 1 of an operation's stdin (docs/developing/operations.md, Inputs). */
const targetRunId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
const following = {
  targetRunId,
  epoch: z.number().int().min(1),
  offset: z.number().int().min(0),
  heartbeatSeconds: z.number().positive(),
};

export const operationInputSchema = z.discriminatedUnion('operation', [
  z.strictObject({
    operation: z.literal('start'),
    ...following,
    startBefore: z.iso.datetime(),
    taskTimeLimitSeconds: z.number().int().min(1),
    plan: executionPlanSchema,
    runner: z.base64(),
  }),
  z.strictObject({ operation: z.literal('follow'), ...following, secretNames: z.array(z.string()) }),
  z.strictObject({ operation: z.literal('cancel'), targetRunId }),
  z.strictObject({ operation: z.literal('cleanup'), targetRunId }),
  z.strictObject({ operation: z.literal('scan') }),
]);

export type OperationInput = z.infer<typeof operationInputSchema>;
export type StartInput = Extract<OperationInput, { operation: 'start' }>;
export type FollowInput = Extract<OperationInput, { operation: 'follow' }>;

/** Lines 1 and 2 of stdin. Throws when line 1 is not what the contract says. */
export function parseOperationStdin(stdin: Buffer): { input: OperationInput; secrets: readonly string[] } {
  const [data = '', secretLine = ''] = stdin.toString('latin1').split(/\r?\n/, 2);
  const input = operationInputSchema.parse(JSON.parse(data));
  return { input, secrets: secretLine === '' ? [] : secretLine.split(',').map(fromBase64) };
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
