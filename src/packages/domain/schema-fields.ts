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
  imageNameCharacters: 260,
  processes: 50,
  graceSeconds: 3600,
  products: 100,
  productNameCharacters: 260,
  properties: 100,
  installerFiles: 20,
  criteria: 100,
  conditionDepth: 8,
} as const;

/** A rule that zod has no word for; `zod-faults.ts` turns it into a fault of this code and detail. */
export function rule(code: PackageFaultCode, detail: string) {
  return { params: { fault: code }, error: detail };
}

/** What a text with control characters is told. */
export const NO_CONTROL = 'Control characters and unpaired surrogates are not allowed here';

/** A name of a package or a step. */
export const nameField = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.nameCharacters)
  .refine(isPlainLine, rule('bad-name', 'A name is one line without control characters'));

/** Text of several lines; line ends become LF. */
export const textField = z
  .string()
  .refine(isPlainText, rule('bad-text', NO_CONTROL))
  .transform((value) => value.replace(/\r\n?/g, '\n'));

/** Text that ends up on one command line. */
export const lineField = z
  .string()
  .refine(
    isPlainLine,
    rule('bad-text', 'This is one line of text: line breaks and control characters are not allowed'),
  );

/** The path of a file or program; its tokens are replaced before anyone asks whether it is absolute. */
export const pathField = lineField
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

/** A list of return codes without repetitions. */
export const codesField = z
  .array(code)
  .max(LIMITS.codes)
  .transform((list) => [...new Set(list)]);

/** Where a step goes next, as its author writes it. */
export const jumpField = z.union([
  z.enum(['next', 'stop-success', 'stop-failure']),
  z.strictObject({ step: nameField }),
]);
