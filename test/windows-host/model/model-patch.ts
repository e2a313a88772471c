import { z } from 'zod';

import type { ModelPatch } from '../engine/backend.js';
import { diskSchema, memorySchema } from './hardware.js';
import { msiPackageSpecSchema, programSpecSchema, quirksSchema, shareSpecSchema } from './program-tables.js';
import type { SimulatedMachine } from './simulated-machine.js';

const file = z.strictObject({
  content: z.string().default(''),
  version: z.string().optional(),
  sizeBytes: z.number().int().min(0).optional(),
});

/**
 * What `PATCH /model` takes when the stand-in engine is behind it (DESIGN section 9): the fields of every host,
 * and the stand-in's own tables `programs`, `msiPackages`, `shares` (merged entry by entry, null removes) and `quirks`.
 */
export const modelPatchSchema = z.strictObject({
  files: z.record(z.string(), file.nullable()).optional(),
  registry: z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.null()])).nullable())
    .optional(),
  products: z
    .array(
      z.strictObject({
        name: z.string(),
        version: z.string(),
        productCode: z.string(),
        publisher: z.string().optional(),
      }),
    )
    .optional(),
  processes: z
    .array(
      z.strictObject({
        pid: z.number().int().min(0),
        parentPid: z.number().int().min(0),
        name: z.string(),
        commandLine: z.string(),
        account: z.string(),
        startedAt: z.iso.datetime(),
        sessionId: z.number().int().min(0).optional(),
      }),
    )
    .optional(),
  users: z.array(z.string()).optional(),
  sessions: z
    .array(
      z.strictObject({
        id: z.number().int().min(0),
        user: z.string(),
        state: z.enum(['active', 'disconnected']),
      }),
    )
    .optional(),
  disks: z.array(diskSchema).optional(),
  memory: memorySchema.optional(),
  online: z.boolean().optional(),
  clockOffsetSeconds: z.number().optional(),
  programs: z.record(z.string(), programSpecSchema.nullable()).optional(),
  msiPackages: z.record(z.string(), msiPackageSpecSchema.nullable()).optional(),
  quirks: quirksSchema.optional(),
  shares: z.record(z.string(), shareSpecSchema.nullable()).optional(),
});

/** A patch as JSON has it; defaults are filled in by `mergeModel`. */
export type StandInPatch = ModelPatch &
  Pick<
    z.input<typeof modelPatchSchema>,
    'programs' | 'msiPackages' | 'quirks' | 'shares' | 'disks' | 'memory'
  >;

/** Reads the body of `PATCH /model`. Throws a ZodError that names every fault. */
export function parseModelPatch(body: unknown): StandInPatch {
  modelPatchSchema.parse(body);
  return body as StandInPatch;
}

/** Merges a patch into a machine. Throws a ZodError, with nothing changed, when the patch breaks the schema. */
export function mergeModel(machine: SimulatedMachine, input: ModelPatch): void {
  const patch = modelPatchSchema.parse(input);
  mergeFiles(machine, patch);
  mergeRegistry(machine, patch);
  mergeTables(machine, patch);
  const { model } = machine;
  if (patch.products !== undefined) model.products = patch.products.map((product) => compact(product));
  if (patch.processes !== undefined) model.processes = patch.processes.map((process) => compact(process));
  if (patch.users !== undefined) model.users = patch.users;
  if (patch.sessions !== undefined) model.sessions = patch.sessions;
  if (patch.disks !== undefined) model.disks = patch.disks;
  if (patch.memory !== undefined) model.memory = patch.memory;
  if (patch.clockOffsetSeconds !== undefined) model.clockOffsetSeconds = patch.clockOffsetSeconds;
  if (patch.online !== undefined) machine.setOnline(patch.online);
}

type ParsedPatch = z.infer<typeof modelPatchSchema>;

function mergeFiles(machine: SimulatedMachine, patch: ParsedPatch): void {
  for (const [path, file] of Object.entries(patch.files ?? {})) {
    if (file === null) machine.files.delete(path);
    else machine.files.write(path, compact(file));
  }
}

function mergeRegistry(machine: SimulatedMachine, patch: ParsedPatch): void {
  for (const [key, values] of Object.entries(patch.registry ?? {})) {
    if (values === null) machine.registry.deleteTree(key);
    else machine.registry.merge(key, values);
  }
}

function mergeTables({ model }: SimulatedMachine, patch: ParsedPatch): void {
  if (patch.programs !== undefined) model.programs = mergedTable(model.programs, patch.programs);
  if (patch.msiPackages !== undefined) model.msiPackages = mergedTable(model.msiPackages, patch.msiPackages);
  if (patch.shares !== undefined) model.shares = mergedTable(model.shares, patch.shares);
  if (patch.quirks !== undefined) model.quirks = patch.quirks;
}

/** A new table: hosts made from the same options share theirs until one is patched. */
function mergedTable<T>(table: Record<string, T>, patch: Record<string, T | null>): Record<string, T> {
  const merged = { ...table };
  for (const [name, entry] of Object.entries(patch)) {
    if (entry === null) delete merged[name.toLowerCase()];
    else merged[name.toLowerCase()] = entry;
  }
  return merged;
}

type Compact<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the fields that are undefined, which `exactOptionalPropertyTypes` tells from absent ones. */
function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Compact<T>;
}
