import { z } from 'zod';
import type { Fault } from '../../../shared/errors.js';
import { conditionFaults } from '../condition/condition-faults.js';
import { mapConditionTexts } from '../condition/condition-texts.js';
import { type Condition, conditionSchema } from '../condition/criterion-schema.js';
import { fault, oneOf } from '../faults.js';
import { extensionOf, INSTALLER_EXTENSIONS, installerLaunch } from '../launch.js';
import { LIMITS, lineField, pathField, rule } from '../schema-fields.js';
import { stepBase, type StepBase } from './step-base.js';
import { extensionFound } from './extension.js';
import { type FaultContext, type MapText, pathAt, plainAt, type StepKind } from './step-kind.js';

/** A setup program, package, patch or update that Windows installs silently. */
export interface InstallerStep extends StepBase {
  readonly type: 'installer';
  readonly path: string;
  readonly parameters: string;
  /** Public properties of a .msi or .msp, by name. */
  readonly properties: Readonly<Record<string, string>>;
  /** Transforms of a .msi: full paths, or `:name` of one inside it. */
  readonly transforms: readonly string[];
  /** Patches that are installed together with a .msi. */
  readonly patches: readonly string[];
  /** Whether the step goes on until everything that the installer has started has ended. */
  readonly waitForChildren: boolean;
  /** What to look for before the installer is started: when it is there already, the step is skipped. */
  readonly detect: Condition | null;
}

const pathList = z.array(pathField).max(LIMITS.installerFiles).default([]);

export const installerStepSchema = z.strictObject({
  ...stepBase,
  type: z.literal('installer').describe('A setup program, package, patch or update'),
  path: pathField,
  parameters: lineField.default('').describe('Further command-line options of the installer'),
  properties: z
    .record(z.string(), lineField.max(LIMITS.valueCharacters))
    .refine(
      (record) => Object.keys(record).length <= LIMITS.properties,
      rule('too-many-items', `An installer has at most ${LIMITS.properties} properties`),
    )
    .default({})
    .describe('Public properties of a .msi or .msp: Winch puts the quotation marks'),
  transforms: pathList.describe('Transforms (.mst) of a .msi: full paths, or :name of one inside it'),
  patches: pathList.describe('Patches (.msp) that are installed together with a .msi'),
  waitForChildren: z
    .boolean()
    .default(false)
    .describe('Goes on until everything that the installer has started has ended'),
  detect: conditionSchema
    .nullable()
    .default(null)
    .describe('A condition; when it is met, the software is there already and the step is skipped'),
});

/** WU_S_REBOOT_REQUIRED and WU_S_ALREADY_INSTALLED of the Windows Update agent: what wusa.exe ends with beside 0 and 3010. */
const MSU_DEFAULTS = {
  successCodes: [0, 1641, 3010, 0x0024_0005, 0x0024_0006],
  softRebootCodes: [3010, 0x0024_0005],
};

/** An update has codes of its own for success: a step of the file as it stands, with those where its author names none. */
export function withDefaultsOfUpdate(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const { type, path } = input as { readonly type?: unknown; readonly path?: unknown };
  const isUpdate = type === 'installer' && typeof path === 'string' && extensionOf(path) === '.msu';
  return isUpdate ? { ...MSU_DEFAULTS, ...input } : input;
}

export const installerKind: StepKind<InstallerStep> = {
  mapTexts: (step, map) => ({
    ...step,
    path: map(step.path, pathAt('path')),
    parameters: map(step.parameters, plainAt('parameters')),
    properties: mapProperties(step.properties, map),
    transforms: step.transforms.map((text, index) => map(text, transformAt(text, index))),
    patches: step.patches.map((text, index) => map(text, pathAt('patches', index))),
    detect: step.detect && mapConditionTexts(step.detect, { map, at: ['detect'] }),
  }),
  contentFaults: (step, context) => [...contentFaults(step, context), ...detectFaults(step, context)],
  launch: installerLaunch,
};

function detectFaults({ detect }: InstallerStep, { pointer, isWritten }: FaultContext): Fault[] {
  if (detect === null) return [];
  return conditionFaults(detect, { pointer: (...at) => pointer('detect', ...at), isWritten });
}

function mapProperties(properties: InstallerStep['properties'], map: MapText): Record<string, string> {
  const entries = Object.entries(properties);
  return Object.fromEntries(entries.map(([name, text]) => [name, map(text, plainAt('properties', name))]));
}

/** `:name` is a transform in the package itself. */
function transformAt(text: string, index: number) {
  return text.startsWith(':') ? plainAt('transforms', index) : pathAt('transforms', index);
}

function contentFaults(step: InstallerStep, context: FaultContext): Fault[] {
  const { path, properties } = step;
  if (!context.isWritten && path.endsWith('}')) return propertyFaults(properties, context);
  const extension = extensionOf(path);
  if (!INSTALLER_EXTENSIONS.some((known) => known === extension)) {
    const detail = `An installer is one of ${oneOf(INSTALLER_EXTENSIONS)}. ${extensionFound(extension)}; for a batch file or script use step type script`;
    return [fault('unsupported-installer', context.pointer('path'), detail)];
  }
  return [
    ...propertyFaults(properties, context),
    ...separatorFaults(step, context),
    ...fieldsOfOthers(step, extension, context),
  ];
}

function propertyFaults(properties: InstallerStep['properties'], { pointer }: FaultContext): Fault[] {
  const bad = Object.keys(properties).filter((name) => !/^[A-Z_][A-Z0-9_.]{0,71}$/.test(name));
  const detail =
    'A public property of Windows Installer is named with A-Z, 0-9, _ and dots, in upper case, up to 72 characters';
  return bad.map((name) => fault('bad-property-name', pointer('properties', name), detail));
}

/** Windows Installer takes the list of files as one text with semicolons between. */
function separatorFaults(step: InstallerStep, { pointer }: FaultContext): Fault[] {
  return (['transforms', 'patches'] as const).flatMap((field) =>
    step[field].flatMap((path, index) => {
      if (!path.includes(';')) return [];
      const detail = 'Windows Installer takes a semicolon for the end of the path: rename the file';
      return [fault('bad-path', pointer(field, index), detail)];
    }),
  );
}

const EXTENSIONS_OF_FIELDS = {
  properties: ['.msi', '.msp'],
  transforms: ['.msi'],
  patches: ['.msi'],
} as const;

function fieldsOfOthers(step: InstallerStep, extension: string | null, { pointer }: FaultContext): Fault[] {
  return (['properties', 'transforms', 'patches'] as const).flatMap((field) => {
    const extensions: readonly string[] = EXTENSIONS_OF_FIELDS[field];
    if (Object.keys(step[field]).length === 0 || extensions.includes(extension ?? '')) return [];
    const detail = `Only ${oneOf(extensions)} takes ${field}; write options of a ${extension} into parameters`;
    return [fault('not-for-this-installer', pointer(field), detail)];
  });
}
