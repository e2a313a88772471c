import { z } from 'zod';
import type { Fault } from '../../../shared/errors.js';
import { fault, oneOf } from '../faults.js';
import { extensionOf, SCRIPT_EXTENSIONS, scriptLaunch } from '../launch.js';
import { lineField, pathField } from '../schema-fields.js';
import { extensionFound } from './extension.js';
import { stepBase, type StepBase } from './step-base.js';
import { type FaultContext, pathAt, plainAt, type StepKind } from './step-kind.js';

/** A script file, run by the interpreter of its extension or by the one named here. */
export interface ScriptStep extends StepBase {
  readonly type: 'script';
  readonly path: string;
  readonly arguments: string;
  /** The program to run the script with; null: chosen by extension. */
  readonly interpreter: string | null;
  /** Stands between `interpreter` and the script's path. */
  readonly interpreterArguments: string;
}

export const scriptStepSchema = z.strictObject({
  ...stepBase,
  type: z.literal('script').describe('A script file'),
  path: pathField,
  arguments: lineField.default('').describe('Command-line arguments of the script'),
  interpreter: pathField
    .nullable()
    .default(null)
    .describe('Program to run the script with; chosen by extension when left out'),
  interpreterArguments: lineField
    .default('')
    .describe('Arguments between the interpreter and the path of the script'),
});

export const scriptKind: StepKind<ScriptStep> = {
  mapTexts: (step, map) => ({
    ...step,
    path: map(step.path, pathAt('path')),
    arguments: map(step.arguments, plainAt('arguments')),
    interpreter:
      step.interpreter === null ? null : map(step.interpreter, { at: ['interpreter'], use: 'program' }),
    interpreterArguments: map(step.interpreterArguments, plainAt('interpreterArguments')),
  }),
  contentFaults: extensionFaults,
  launch: scriptLaunch,
};

function extensionFaults({ path, interpreter }: ScriptStep, { pointer, isWritten }: FaultContext): Fault[] {
  if (interpreter !== null || (!isWritten && path.endsWith('}'))) return [];
  const extension = extensionOf(path);
  if (SCRIPT_EXTENSIONS.some((known) => known === extension)) return [];
  const detail = `A script is one of ${oneOf(SCRIPT_EXTENSIONS)}. ${extensionFound(extension)}; name the program that runs it in interpreter`;
  return [fault('unsupported-script', pointer('path'), detail)];
}
