import type { PlanLaunch, PlanStep } from '../../../../src/packages/domain/execution-plan.js';
import type { MachineRegistry } from '../../model/machine-registry.js';
import { expanded, type LaunchedStep, startProgram, type StepLaunch } from './launch-step.js';
import { matchesPattern } from './name-pattern.js';
import { isRetry, type StepEnd } from './verdict.js';

type UninstallLaunch = Extract<PlanLaunch, { form: 'msi-uninstall' }>;

interface UninstallContext {
  readonly step: PlanStep;
  readonly launch: StepLaunch;
  readonly print: (line: string) => void;
  /** Waits for a program that was started. */
  readonly watch: (launched: LaunchedStep) => Promise<StepEnd>;
  /** Return codes of the products that an earlier attempt of the step has dealt with. */
  readonly removed: Map<string, number>;
}

const UNKNOWN_PRODUCT = 1605;

/** Removes one product after the other; the rule of the one return code is in docs/guide/packages.md. */
export async function uninstallProducts(
  launch: UninstallLaunch,
  context: UninstallContext,
): Promise<StepEnd> {
  const { step, removed, print } = context;
  const products = productsOf(launch, context);
  if (products.length === 0) print(`No installed product has a name like ${launch.productName}`);
  for (const product of products.filter(({ code }) => !removed.has(code))) {
    const end = await remove(product, launch, context);
    if (end.kind !== 'exited' || isRetry(step, end.returnCode)) return end;
    removed.set(product.code, end.returnCode);
    const isLast =
      !step.successCodes.includes(end.returnCode) || step.hardRebootCodes.includes(end.returnCode);
    if (isLast) return end;
  }
  return { kind: 'exited', returnCode: commonCode(step, [...removed.values()]) };
}

function commonCode({ softRebootCodes }: PlanStep, codes: readonly number[]): number {
  const soft = codes.find((code) => softRebootCodes.includes(code));
  if (soft !== undefined) return soft;
  const others = codes.filter((code) => code !== UNKNOWN_PRODUCT).toSorted((left, right) => left - right);
  return others[0] ?? UNKNOWN_PRODUCT;
}

interface Product {
  readonly code: string;
  readonly name: string;
}

async function remove(
  { code, name }: Product,
  { options, log }: UninstallLaunch,
  { launch, print, watch }: UninstallContext,
): Promise<StepEnd> {
  print(`Removing ${name} ${code}`);
  const logging = log ? ` /liwearucmo "${launch.folder.pathOf('steps')}\\${code.slice(1, -1)}.log"` : '';
  const words = expanded(`/x ${code} ${options}`, launch);
  const end = await watch(startProgram(`C:\\Windows\\System32\\msiexec.exe ${words}${logging}`, launch));
  if (end.kind === 'exited') print(`Return code ${end.returnCode}`);
  return end;
}

function productsOf({ productCodes, productName }: UninstallLaunch, context: UninstallContext): Product[] {
  if (productName === null) return productCodes.map((code) => ({ code, name: '' }));
  return installedLike(productName, context.launch.standIn.machine.registry);
}

const UNINSTALL_KEYS = ['SOFTWARE', String.raw`SOFTWARE\WOW6432Node`].map(
  (view) => `HKLM\\${view}\\Microsoft\\Windows\\CurrentVersion\\Uninstall`,
);
const PRODUCT_CODE = /^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i;

/** In the order of their names, then of their codes. */
function installedLike(pattern: string, registry: MachineRegistry): Product[] {
  const found = new Map<string, Product>();
  for (const key of UNINSTALL_KEYS) {
    for (const subkey of registry.subkeys(key)) {
      const path = `${key}\\${subkey}`;
      const name = String(registry.get(path, 'DisplayName') ?? '');
      const isProduct = PRODUCT_CODE.test(subkey) && registry.get(path, 'WindowsInstaller') === 1;
      const code = subkey.toUpperCase();
      if (isProduct && matchesPattern(name, pattern)) found.set(code, { code, name });
    }
  }
  return [...found.values()].toSorted((left, right) =>
    `${left.name}\n${left.code}` < `${right.name}\n${right.code}` ? -1 : 1,
  );
}
