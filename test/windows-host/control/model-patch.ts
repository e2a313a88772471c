import { z } from 'zod';
import type { ModelPatch } from '../engine/backend.js';

const file = z.strictObject({
  content: z.string().default(''),
  version: z.string().optional(),
  sizeBytes: z.int().min(0).optional(),
});

const product = z.strictObject({
  name: z.string(),
  version: z.string(),
  productCode: z.string(),
  publisher: z.string().optional(),
});

const process = z.strictObject({
  pid: z.int(),
  parentPid: z.int(),
  name: z.string(),
  commandLine: z.string(),
  account: z.string(),
  startedAt: z.iso.datetime(),
});

const session = z.strictObject({ id: z.int(), user: z.string(), state: z.enum(['active', 'disconnected']) });

const registryKey = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

const modelPatch = z.strictObject({
  files: z.record(z.string(), file.nullable()).optional(),
  registry: z.record(z.string(), registryKey.nullable()).optional(),
  products: z.array(product).optional(),
  processes: z.array(process).optional(),
  users: z.array(z.string()).optional(),
  sessions: z.array(session).optional(),
  online: z.boolean().optional(),
  clockOffsetSeconds: z.number().optional(),
});

/** Reads the body of `PATCH /model`. Throws a ZodError that names every fault. */
export function parseModelPatch(body: unknown): ModelPatch {
  // zod writes optional fields as `T | undefined`, which is not what the model's types mean.
  return withoutUndefined(modelPatch.parse(body)) as ModelPatch;
}

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
