import { z } from 'zod';
import type { Fault } from '../../../shared/errors.js';
import { fault } from '../faults.js';
import { msiOptions, namesLog } from '../launch.js';
import { codesField, LIMITS, lineField, rule } from '../schema-fields.js';
import { tokensIn } from '../tokens.js';
import { stepBase, type StepBase, successCodesField } from './step-base.js';
import { type FaultContext, plainAt, type StepKind } from './step-kind.js';

/** Removes products of Windows Installer, named by their codes or by what their names look like. */
export interface MsiUninstallerStep extends StepBase {
  readonly type: 'msi-uninstaller';
  /** In braces and upper case; removed in this order. */
  readonly productCodes: readonly string[];
  /** A pattern for the names of installed products; `*` stands for any text. Null: `productCodes` says which. */
  readonly productName: string | null;
  /** Further options and properties for msiexec. */
  readonly parameters: string;
}

const GUID = /^\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?$/;

const productCode = z
  .string()
  .trim()
  .refine(
    (text) => GUID.test(text),
    rule('bad-product-code', 'A product code looks like {23170F69-40C1-2702-2409-000001000000}'),
  )
  .transform((text) => `{${text.replace(/[{}]/g, '').toUpperCase()}}`);

export const msiUninstallerStepSchema = z.strictObject({
  ...stepBase,
  type: z.literal('msi-uninstaller').describe('Removes products that Windows Installer has installed'),
  successCodes: successCodesField
    .prefault([0, 1605, 1641, 3010])
    .describe('The return codes that mean success; 1605: the product was not installed'),
  retryCodes: codesField.default([1618]).describe(stepBase.retryCodes.description ?? ''),
  productCodes: z
    .array(productCode)
    .max(LIMITS.products)
    .transform((list) => [...new Set(list)])
    .prefault([])
    .describe('Product codes, removed in this order'),
  productName: lineField
    .trim()
    .min(1)
    .max(LIMITS.productNameCharacters)
    .nullable()
    .default(null)
    .describe('Instead of codes: what the names of the products look like; * stands for any text'),
  parameters: lineField.default('').describe('Further options and properties for msiexec'),
});

export const msiUninstallerKind: StepKind<MsiUninstallerStep> = {
  mapTexts: (step, map) => ({
    ...step,
    productName: step.productName === null ? null : map(step.productName, plainAt('productName')),
    parameters: map(step.parameters, plainAt('parameters')),
  }),
  contentFaults,
  launch: ({ productCodes, productName, parameters }) => ({
    form: 'msi-uninstall',
    productCodes: [...productCodes],
    productName,
    options: msiOptions(parameters),
    log: !namesLog(parameters),
  }),
};

/** Fewer letters than this, and a pattern would mean half of what is installed. */
const MIN_NAME_CHARACTERS = 3;

function contentFaults(step: MsiUninstallerStep, { pointer, isWritten }: FaultContext): Fault[] {
  const { productCodes, productName } = step;
  if (productName === null) {
    if (productCodes.length > 0) return [];
    const detail = 'Say what to remove: productCodes, or a productName such as 7-Zip *';
    return [fault('missing-field', pointer('productCodes'), detail)];
  }
  if (productCodes.length > 0) {
    return [fault('codes-and-name', pointer('productName'), 'Give productCodes or a productName, not both')];
  }
  const isOpen = !isWritten && tokensIn(productName).length > 0;
  if (isOpen || productName.replace(/[*\s]/g, '').length >= MIN_NAME_CHARACTERS) return [];
  const detail = `A product's name has at least ${MIN_NAME_CHARACTERS} characters beside * and blanks, so that it does not mean everything`;
  return [fault('bad-product-name', pointer('productName'), detail)];
}
