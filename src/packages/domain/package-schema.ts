import { z } from 'zod';
import { isPlainLine } from './plain-text.js';
import { LIMITS, lineField, NO_CONTROL, nameField, rule, textField } from './schema-fields.js';
import { stepSchema } from './steps/step-types.js';

const value = z.string().max(LIMITS.valueCharacters).refine(isPlainLine, rule('bad-text', NO_CONTROL));

export const parameterSchema = z.strictObject({
  name: z
    .string()
    .max(60)
    .refine(
      (text) => /^[A-Z][A-Z0-9_]*$/.test(text),
      rule('bad-parameter-name', 'A parameter is named with A-Z, 0-9 and _, and begins with a letter'),
    )
    .describe('Used as {NAME} in text fields'),
  default: value.nullable().default(null).describe('Used when a deployment gives no value'),
  secret: z.boolean().default(false).describe('Reaches steps as environment variable WINCH_<NAME> only'),
  pattern: z
    .string()
    .min(1)
    .max(LIMITS.patternCharacters)
    .nullable()
    .default(null)
    .describe('Regular expression for the whole value'),
  enum: z
    .array(value)
    .min(1)
    .max(LIMITS.enumValues)
    .nullable()
    .default(null)
    .describe('The values to choose from'),
});

const finalAction = z.strictObject({
  action: z.enum(['none', 'reboot', 'shutdown', 'log-off']).default('none'),
  waitSeconds: z
    .int()
    .min(0)
    .max(LIMITS.finalActionWaitSeconds)
    .default(300)
    .describe('A reboot or shutdown waits at least 30 s whatever stands here'),
  message: lineField
    .max(LIMITS.messageCharacters)
    .refine(
      (text) => !text.includes('"') && !text.endsWith('\\'),
      rule('bad-message', 'A message holds no quotation mark (") and does not end in a backslash'),
    )
    .default('')
    .describe('Shown to whoever is logged on'),
  when: z
    .enum(['always', 'if-required'])
    .default('always')
    .describe('if-required: only after a code that asked for a reboot'),
});

const head = {
  name: nameField.describe('Unique among packages'),
  description: textField
    .pipe(z.string().max(LIMITS.descriptionCharacters))
    .prefault('')
    .describe('For people; may have several lines'),
  maxDurationSeconds: z
    .int()
    .min(1)
    .max(LIMITS.durationSeconds)
    .default(3600)
    .describe('Per asset, from the start of the run; what still runs then is ended'),
  runMode: z.literal('system').default('system').describe('The account of the steps'),
  finalAction: finalAction.prefault({}).describe('What happens to the machine afterwards'),
  rescan: z.boolean().default(false).describe('Scan the asset again afterwards'),
};

/** Everything but the elements of `steps` and `parameters`, which are parsed one by one so that all faults are found. */
export const headSchema = z.strictObject({
  ...head,
  parameters: z.array(z.unknown()).max(LIMITS.parameters).default([]),
  steps: z.array(z.unknown()).min(1).max(LIMITS.steps),
});

/** The whole package file (API.md). */
export const packageFileSchema = z.strictObject({
  ...head,
  parameters: z
    .array(parameterSchema)
    .max(LIMITS.parameters)
    .default([])
    .describe('Values that a deployment may set'),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(LIMITS.steps)
    .describe('Run from the first one on, each leading to the next'),
});

/** The package file's JSON Schema (draft 2020-12), for editors and for `/api/v1/schemas/package.json`. */
export function packageJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(packageFileSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    ...schema,
    title: 'Winch package',
    description: 'A package of steps that Winch runs on Windows computers',
  };
}
