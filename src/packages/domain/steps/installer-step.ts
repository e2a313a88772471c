import { z } from 'zod';
import type { Fault } from '../../../shared/errors.js';
import { fault, oneOf } from '../faults.js';
import { extensionOf, INSTALLER_EXTENSIONS, installerLaunch } from '../launch.js';
import { lineField, pathField } from '../schema-fields.js';
import { stepBase, type StepBase } from './step-base.js';
import { extensionFound } from './extension.js';
import { type FaultContext, pathAt, plainAt, type StepKind } from './step-kind.js';

/** A setup program, package, patch or update that Windows installs silently. */
export interface InstallerStep extends StepBase {
  readonly type: 'installer';
  readonly path: string;
  readonly parameters: string;
}

export const installerStepSchema = z.strictObject({
  ...stepBase,
  type: z.literal('installer').describe('A setup program, package, patch or update'),
  path: pathField,
  parameters: lineField.default('').describe('Further command-line options of the installer'),
});

export const installerKind: StepKind<InstallerStep> = {
  mapTexts: (step, map) => ({
    ...step,
    path: map(step.path, pathAt('path')),
    parameters: map(step.parameters, plainAt('parameters')),
  }),
  contentFaults: extensionFaults,
  launch: (step) => installerLaunch(step.path, step.parameters),
};

function extensionFaults({ path }: InstallerStep, { pointer, isWritten }: FaultContext): Fault[] {
  if (!isWritten && path.endsWith('}')) return [];
  const extension = extensionOf(path);
  if (INSTALLER_EXTENSIONS.some((known) => known === extension)) return [];
  const detail = `An installer is one of ${oneOf(INSTALLER_EXTENSIONS)}. ${extensionFound(extension)}; for a batch file or script use step type script`;
  return [fault('unsupported-installer', pointer('path'), detail)];
}
