import { z } from 'zod';
import { LIMITS, lineField, pathField, rule } from '../schema-fields.js';
import {
  asksSomething,
  dataComparison,
  instantComparison,
  NOTHING_ASKED,
  numberComparison,
  textComparison,
  versionComparison,
  wordComparison,
} from './comparison-schemas.js';

const exists = z.boolean().optional().describe('Whether it is there; true when nothing else is asked');
const text = lineField.trim().min(1).max(LIMITS.valueCharacters);

const file = z.strictObject({
  path: pathField.describe('Full path; %VARIABLES% are those of the computer'),
  exists,
  version: versionComparison.optional().describe('The file version of its version resource'),
  sizeBytes: numberComparison.optional(),
  modifiedAt: instantComparison.optional().describe('When it was last written'),
});

const REGISTRY_TYPES = [
  'string',
  'expand-string',
  'multi-string',
  'dword',
  'qword',
  'binary',
  'none',
] as const;

/** Short and long names of the five roots that reg.exe knows as well. */
const REGISTRY_KEY =
  /^(?:HKLM|HKCU|HKCR|HKU|HKCC|HKEY_(?:LOCAL_MACHINE|CURRENT_USER|CLASSES_ROOT|USERS|CURRENT_CONFIG))\\[^\\]/i;

const registry = z.strictObject({
  key: text
    .refine(
      (key) => REGISTRY_KEY.test(key),
      rule('bad-registry-key', 'A key begins with HKLM, HKCU, HKCR, HKU or HKCC and a backslash'),
    )
    .describe('HKLM\\SOFTWARE\\...'),
  value: lineField
    .max(LIMITS.valueCharacters)
    .optional()
    .describe('Name of a value; empty is the default value'),
  view: z.literal([64, 32]).default(64).describe('Which registry on 64-bit Windows'),
  exists,
  type: wordComparison(REGISTRY_TYPES).optional(),
  data: dataComparison.optional().describe('Numbers as numbers, binary data as hexadecimal digits'),
  version: versionComparison.optional().describe('The data, compared as a version'),
});

const os = z
  .strictObject({
    name: textComparison.optional().describe('Windows 11 Pro'),
    version: versionComparison.optional().describe('10.0.22631.4460'),
    build: numberComparison.optional().describe('22631'),
    release: textComparison.optional().describe('23H2'),
    edition: textComparison.optional().describe('Professional'),
    kind: wordComparison(['client', 'server']).optional(),
  })
  .refine(asksSomething, NOTHING_ASKED);

const PRODUCT_CODE = /^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/i;

const product = z
  .strictObject({
    code: text
      .refine(
        (code) => PRODUCT_CODE.test(code),
        rule(
          'bad-product-code',
          'A product code is a GUID in braces, such as {23170F69-40C1-2702-2409-000001000000}',
        ),
      )
      .optional(),
    name: text.optional().describe('As the list of programs shows it; * stands for any text'),
    exists,
    version: versionComparison.optional(),
    publisher: textComparison.optional(),
  })
  .refine(
    ({ code, name }) => (code === undefined) !== (name === undefined),
    rule('bad-criterion', 'Name the product by code or by name, one of the two'),
  );

const process = z.strictObject({
  name: text.describe('Image name, such as outlook.exe; * stands for any text'),
  running: z.boolean().default(true),
});

const SERVICE_STATES = [
  'stopped',
  'start-pending',
  'stop-pending',
  'running',
  'continue-pending',
  'pause-pending',
  'paused',
] as const;
const START_TYPES = ['boot', 'system', 'automatic', 'manual', 'disabled'] as const;

const service = z.strictObject({
  name: text.describe('Its short name, such as Spooler'),
  exists,
  state: wordComparison(SERVICE_STATES).optional(),
  startType: wordComparison(START_TYPES).optional(),
});

const disk = z.strictObject({
  drive: text
    .refine(
      (drive) => /^(?:[A-Z]:|%[A-Z_]+%)$/i.test(drive),
      rule('bad-path', 'A drive is written C: or %SystemDrive%'),
    )
    .describe('C: or %SystemDrive%'),
  exists,
  freeBytes: numberComparison.optional(),
  totalBytes: numberComparison.optional(),
});

const memory = z
  .strictObject({ freeBytes: numberComparison.optional(), totalBytes: numberComparison.optional() })
  .refine(asksSomething, NOTHING_ASKED);

const subjects = {
  file: file.optional(),
  registry: registry.optional(),
  os: os.optional(),
  architecture: wordComparison(['x64', 'x86', 'arm64']).optional(),
  product: product.optional(),
  process: process.optional(),
  service: service.optional(),
  rebootPending: z.boolean().optional().describe('Whether Windows waits for a restart'),
  disk: disk.optional(),
  memory: memory.optional(),
  loggedOnUser: textComparison.optional().describe('DOMAIN\\name of whoever has a desktop on the machine'),
  powershell: versionComparison.optional().describe('The version of Windows PowerShell'),
};

/** What can be asked of a machine: one of these fields. */
export type Subjects = z.infer<z.ZodObject<typeof subjects>>;

/** One criterion of a condition, or a group of them: exactly one field is set. */
export interface Criterion extends Subjects {
  readonly all?: readonly Criterion[] | undefined;
  readonly any?: readonly Criterion[] | undefined;
  readonly not?: Criterion | undefined;
}

const ONE_FIELD = rule(
  'bad-criterion',
  'A criterion has exactly one field: what it looks at (file, registry, os...), or all, any or not',
);

/** Whether exactly one field is set. */
export function hasOneField(value: object): boolean {
  return Object.values(value).filter((field) => field !== undefined).length === 1;
}

/** Recursive: `conditionSizeFaults` bounds its depth before anything is parsed. */
export const criterionSchema: z.ZodType<Criterion> = z
  .strictObject({ ...subjects, ...groupFields() })
  .refine(hasOneField, ONE_FIELD)
  .meta({ id: 'Criterion' });

/** The fields of a group; each is optional, and a condition has exactly one of them. */
export function groupFields() {
  const list = z.array(z.lazy(() => criterionSchema)).min(1);
  return {
    all: list.optional().describe('Every one of these is met'),
    any: list.optional().describe('At least one of these is met'),
    not: z
      .lazy(() => criterionSchema)
      .optional()
      .describe('This is not met'),
  };
}

/** A condition: criteria joined by `all`, `any` or `not`. */
export interface Condition {
  readonly all?: readonly Criterion[] | undefined;
  readonly any?: readonly Criterion[] | undefined;
  readonly not?: Criterion | undefined;
}

/** Whether exactly one of the groups is set. */
export function hasOneGroup({ all, any, not }: Condition): boolean {
  return hasOneField({ all, any, not });
}

export const ONE_GROUP = rule('bad-criterion', 'A condition has exactly one of all, any and not');

/** A condition as a field of a step. */
export const conditionSchema = z.strictObject(groupFields()).refine(hasOneGroup, ONE_GROUP);
