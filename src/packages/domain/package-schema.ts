import { z } from 'zod';
import type { PackageFaultCode } from './faults.js';
import { isPlainLine, isPlainText } from './plain-text.js';

/** Bounds of the package file; the guide (docs/guide/packages.md) repeats them. */
export const LIMITS = {
  nameCharacters: 200,
  descriptionCharacters: 4000,
  messageCharacters: 500,
  textCharacters: 8000,
  steps: 200,
  parameters: 100,
  codes: 100,
  durationSeconds: 604_800,
  finalActionWaitSeconds: 86_400,
  patternCharacters: 200,
  enumValues: 200,
  valueCharacters: 1000,
} as const;

/** A rule that zod has no word for; `zod-faults.ts` turns it into a fault of this code and detail. */
function rule(code: PackageFaultCode, detail: string) {
  return { params: { fault: code }, error: detail };
}

const NO_CONTROL = 'Control characters and unpaired surrogates are not allowed here';

const name = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.nameCharacters)
  .refine(isPlainLine, rule('bad-name', 'A name is one line without control characters'));

/** Text of several lines; line ends become LF. */
const text = z
  .string()
  .refine(isPlainText, rule('bad-text', NO_CONTROL))
  .transform((value) => value.replace(/\r\n?/g, '\n'));

/** Text that ends up on one command line. */
const line = z
  .string()
  .refine(
    isPlainLine,
    rule('bad-text', 'This is one line of text: line breaks and control characters are not allowed'),
  );

const path = line
  .trim()
  .min(1)
  .refine(
    (value) => !/["<>|*?]/.test(value),
    rule('bad-path', 'A path holds none of " < > | * ? (Winch puts the quotation marks itself)'),
  )
  .describe('Full path on the target or a share; tokens such as {PackageShare} are replaced');

/** Signed and unsigned 32-bit spellings of a return code; kept unsigned. */
const code = z
  .number()
  .refine(
    (value) => Number.isInteger(value) && value >= -0x8000_0000 && value <= 0xffff_ffff,
    rule('bad-code', 'A return code is a whole number from -2147483648 to 4294967295'),
  )
  .transform((value) => value >>> 0);

const codes = z
  .array(code)
  .max(LIMITS.codes)
  .transform((list) => [...new Set(list)]);

const jump = z.union([z.enum(['next', 'stop-success', 'stop-failure']), z.strictObject({ step: name })]);

const stepBase = {
  name: name.describe('Unique within the package, upper and lower case being the same'),
  enabled: z.boolean().default(true).describe('A disabled step is passed over'),
  successCodes: codes
    .refine((list) => list.length > 0, rule('empty-list', 'Name at least one return code that means success'))
    .prefault([0, 1641, 3010])
    .describe('The return codes that mean success; every other one is a failure'),
  softRebootCodes: codes.prefault([3010]).describe('Codes that ask for a reboot later'),
  hardRebootCodes: codes
    .default([1641])
    .describe('Codes after which the machine is going down: no further step starts'),
  retryCodes: codes
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
  onSuccess: jump.default('next').describe('Where to go after success'),
  onFailure: jump.default('stop-failure').describe('Where to go after failure'),
};

const STEP_TYPE = 'command, installer or script';

/** The fields that every step has, whatever its type: used to check a step whose type is not known. */
export const anyStepSchema = z.object(stepBase);

const commandStep = z.strictObject({
  ...stepBase,
  type: z.literal('command').describe(STEP_TYPE),
  command: text
    .refine((value) => value.trim() !== '', rule('empty-text', 'Write the command to run'))
    .describe('One line runs through cmd.exe, several lines run as a batch file'),
});

const installerStep = z.strictObject({
  ...stepBase,
  type: z.literal('installer').describe(STEP_TYPE),
  path,
  parameters: line.default('').describe('Further command-line options of the installer'),
});

const scriptStep = z.strictObject({
  ...stepBase,
  type: z.literal('script').describe(STEP_TYPE),
  path,
  arguments: line.default('').describe('Command-line arguments of the script'),
  interpreter: path
    .nullable()
    .default(null)
    .describe('Program to run the script with; chosen by extension when left out'),
  interpreterArguments: line
    .default('')
    .describe('Arguments between the interpreter and the path of the script'),
});

export const stepSchema = z.discriminatedUnion('type', [commandStep, installerStep, scriptStep]);

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
  message: line
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
  name: name.describe('Unique among packages'),
  description: text
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
