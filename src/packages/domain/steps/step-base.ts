import { z } from 'zod';
import { codesField, jumpField, LIMITS, nameField, rule } from '../schema-fields.js';

/** Where a step goes next, as its author wrote it. */
export type Jump = 'next' | 'stop-success' | 'stop-failure' | { readonly step: string };

/** What every step has, whatever its type. */
export interface StepBase {
  readonly name: string;
  readonly enabled: boolean;
  /** Alone decide success; unsigned 32-bit, like all codes. */
  readonly successCodes: readonly number[];
  readonly softRebootCodes: readonly number[];
  readonly hardRebootCodes: readonly number[];
  readonly retryCodes: readonly number[];
  /** Null: only the package's maximum duration limits the step. */
  readonly timeoutSeconds: number | null;
  readonly outputEncoding: 'auto' | 'oem' | 'utf-8' | 'utf-16';
  readonly onSuccess: Jump;
  readonly onFailure: Jump;
}

/** Success codes, without the default that each type may have of its own. */
export const successCodesField = codesField.refine(
  (list) => list.length > 0,
  rule('empty-list', 'Name at least one return code that means success'),
);

/** The fields of `StepBase` in the package file; each step type's schema spreads them. */
export const stepBase = {
  name: nameField.describe('Unique within the package, upper and lower case being the same'),
  enabled: z.boolean().default(true).describe('A disabled step is passed over'),
  successCodes: successCodesField
    .prefault([0, 1641, 3010])
    .describe('The return codes that mean success; every other one is a failure'),
  softRebootCodes: codesField.prefault([3010]).describe('Codes that ask for a reboot later'),
  hardRebootCodes: codesField
    .default([1641])
    .describe('Codes after which the machine is going down: no further step starts'),
  retryCodes: codesField
    .default([1618])
    .describe('Codes after which the step is tried again, unless they are success codes'),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(LIMITS.durationSeconds)
    .nullable()
    .default(null)
    .describe('Ends the step'),
  outputEncoding: z
    .enum(['auto', 'oem', 'utf-8', 'utf-16'])
    .default('auto')
    .describe('How output is decoded'),
  onSuccess: jumpField.default('next').describe('Where to go after success'),
  onFailure: jumpField.default('stop-failure').describe('Where to go after failure'),
};

/** The fields that every step has: used to check a step whose type is not known. */
export const anyStepSchema = z.object(stepBase);
