import { z } from 'zod';
import { commandLaunch } from '../launch.js';
import { rule, textField } from '../schema-fields.js';
import { stepBase, type StepBase } from './step-base.js';
import { plainAt, type StepKind } from './step-kind.js';

/** Text for cmd.exe: one line runs as it is, several lines as a batch file. */
export interface CommandStep extends StepBase {
  readonly type: 'command';
  readonly command: string;
}

export const commandStepSchema = z.strictObject({
  ...stepBase,
  type: z.literal('command').describe('Text for the command processor'),
  command: textField
    .refine((value) => value.trim() !== '', rule('empty-text', 'Write the command to run'))
    .describe('One line runs through cmd.exe, several lines run as a batch file'),
});

export const commandKind: StepKind<CommandStep> = {
  mapTexts: (step, map) => ({ ...step, command: map(step.command, plainAt('command')) }),
  contentFaults: () => [],
  launch: (step) => commandLaunch(step.command),
};
