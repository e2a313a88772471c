import { baseNameOf } from '../../model/machine-files.js';
import type { MsiPackageSpec } from '../../model/program-tables.js';
import type { SimulatedMachine } from '../../model/simulated-machine.js';
import type { ProgramBody, SimulatedProcess } from '../simulated-process.js';
import type { StandIn } from '../stand-in.js';
import { splitArguments } from './command-line.js';
import { playOutput } from './table-program.js';

/** Windows Installer's error codes (msi.h). */
const ERROR = {
  installAlreadyRunning: 1618,
  packageOpenFailed: 1619,
  unknownProduct: 1605,
  patchPackageOpenFailed: 1635,
  invalidCommandLine: 1639,
} as const;

const SUCCESS_CODES: ReadonlySet<number> = new Set([0, 1641, 3010]);
const UNINSTALL_KEY = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

type Verb = 'install' | 'uninstall' | 'patch';

/** `msiexec.exe`: installs, patches and removes the packages of the machine's table. */
export function msiexec(standIn: StandIn, argumentText: string): ProgramBody {
  return async (process) => {
    const request = parseRequest(argumentText);
    if (request === undefined) return ERROR.invalidCommandLine;
    const found = findPackage(standIn.machine, request.target);
    if (found === undefined) return missingPackage(request.verb);
    if (request.verb === 'uninstall' && !isInstalled(standIn.machine, found)) return ERROR.unknownProduct;
    if (!standIn.installer.begin(process, found.lingersAfterKillMs)) return ERROR.installAlreadyRunning;
    return carryOut(standIn.machine, process, { verb: request.verb, found });
  };
}

function parseRequest(argumentText: string): { verb: Verb; target: string } | undefined {
  const words = splitArguments(argumentText);
  const verbs: Readonly<Record<string, Verb>> = {
    i: 'install',
    package: 'install',
    x: 'uninstall',
    uninstall: 'uninstall',
    p: 'patch',
    update: 'patch',
  };
  for (const [index, word] of words.entries()) {
    const match = /^[/-](i|package|x|uninstall|p|update)(.*)$/is.exec(word);
    const verb = verbs[match?.[1]?.toLowerCase() ?? ''];
    const target = match?.[2] || words[index + 1];
    if (verb !== undefined && target !== undefined) return { verb, target };
  }
  return undefined;
}

function findPackage(machine: SimulatedMachine, target: string): MsiPackageSpec | undefined {
  const table = machine.model.msiPackages;
  if (!target.startsWith('{')) return table[target.toLowerCase()] ?? table[baseNameOf(target)];
  return (
    Object.values(table).find(({ productCode }) => sameCode(productCode, target)) ??
    installedAs(machine, target)
  );
}

/** A product that is in the model without a package can still be removed. */
function installedAs(machine: SimulatedMachine, productCode: string): MsiPackageSpec | undefined {
  const product = machine.model.products.find((installed) => sameCode(installed.productCode, productCode));
  if (product === undefined) return undefined;
  return { ...product, durationMs: 0, output: [], exitCode: 0, uninstallExitCode: 0, lingersAfterKillMs: 0 };
}

function missingPackage(verb: Verb): number {
  if (verb === 'uninstall') return ERROR.unknownProduct;
  return verb === 'patch' ? ERROR.patchPackageOpenFailed : ERROR.packageOpenFailed;
}

interface Work {
  readonly verb: Verb;
  readonly found: MsiPackageSpec;
}

async function carryOut(machine: SimulatedMachine, process: SimulatedProcess, work: Work): Promise<number> {
  const { verb, found } = work;
  await playOutput(process, found);
  const exitCode = verb === 'uninstall' ? found.uninstallExitCode : found.exitCode;
  if (!SUCCESS_CODES.has(exitCode)) return exitCode;
  if (verb === 'uninstall') forgetProduct(machine, found);
  if (verb === 'install') recordProduct(machine, found);
  return exitCode;
}

function recordProduct(machine: SimulatedMachine, found: MsiPackageSpec): void {
  const { name, version, productCode, publisher } = found;
  forgetProduct(machine, found);
  machine.model.products.push({
    name,
    version,
    productCode,
    ...(publisher === undefined ? {} : { publisher }),
  });
  machine.registry.merge(`${UNINSTALL_KEY}\\${productCode}`, {
    DisplayName: name,
    DisplayVersion: version,
    Publisher: publisher ?? '',
    WindowsInstaller: 1,
    UninstallString: `MsiExec.exe /X${productCode}`,
  });
}

function forgetProduct({ model, registry }: SimulatedMachine, { productCode }: MsiPackageSpec): void {
  model.products = model.products.filter((product) => !sameCode(product.productCode, productCode));
  registry.deleteTree(`${UNINSTALL_KEY}\\${productCode}`);
}

function isInstalled({ model }: SimulatedMachine, { productCode }: MsiPackageSpec): boolean {
  return model.products.some((product) => sameCode(product.productCode, productCode));
}

function sameCode(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
