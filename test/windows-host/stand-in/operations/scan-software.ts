import type { ScannedSoftware } from '../../../../src/target/scan-output.js';
import type { SimulatedMachine } from '../../model/simulated-machine.js';

const BELOW_SOFTWARE = 'Microsoft\\Windows\\CurrentVersion\\Uninstall';
const X64 = `HKLM\\SOFTWARE\\${BELOW_SOFTWARE}`;
const X86 = `HKLM\\SOFTWARE\\WOW6432Node\\${BELOW_SOFTWARE}`;
const PRODUCT_CODE = /^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/i;

type Owner = Pick<ScannedSoftware, 'view' | 'user'>;

/** What stands below the Uninstall keys of the model, and its products that have no key of their own. */
export function installedSoftware(machine: SimulatedMachine): ScannedSoftware[] {
  const inRegistry = [
    ...rowsBelow(machine, X64, { view: 'x64', user: null }),
    ...rowsBelow(machine, X86, { view: 'x86', user: null }),
    ...loadedUsers(machine).flatMap(({ sid, name }) =>
      rowsBelow(machine, `HKU\\${sid}\\Software\\${BELOW_SOFTWARE}`, { view: null, user: name }),
    ),
  ];
  const known = new Set(inRegistry.map(({ key }) => key.toUpperCase()));
  const products = machine.model.products.filter(({ productCode }) => !known.has(productCode.toUpperCase()));
  return [...inRegistry, ...products.map(productRow)];
}

function rowsBelow({ registry }: SimulatedMachine, parent: string, owner: Owner): ScannedSoftware[] {
  return registry.subKeys(parent).flatMap((key) => {
    const values = (name: string) => registry.get(`${parent}\\${key}`, name);
    const text = (name: string) => String(values(name) ?? '').trim();
    const isHidden = values('SystemComponent') === 1 || values('ParentKeyName') !== undefined;
    if (text('DisplayName') === '' || isHidden) return [];
    return [
      {
        key,
        ...owner,
        name: text('DisplayName'),
        version: text('DisplayVersion'),
        publisher: text('Publisher'),
        productCode: PRODUCT_CODE.test(key) && values('WindowsInstaller') === 1 ? key.toUpperCase() : null,
        uninstallCommand: text('UninstallString'),
        installedOn: dateOf(text('InstallDate')),
      },
    ];
  });
}

function productRow({
  productCode,
  name,
  version,
  publisher,
}: SimulatedMachine['model']['products'][number]): ScannedSoftware {
  return {
    key: productCode,
    view: 'x64',
    user: null,
    name,
    version,
    publisher: publisher ?? '',
    productCode: productCode.toUpperCase(),
    uninstallCommand: `MsiExec.exe /X${productCode}`,
    installedOn: null,
  };
}

function loadedUsers({ registry }: SimulatedMachine): { sid: string; name: string }[] {
  const sids = registry.subKeys('HKU').filter((sid) => /^S-1-(?:5-21|12-1)(?:-\d+)+$/.test(sid));
  return sids.map((sid) => {
    const environment = (name: string) => registry.get(`HKU\\${sid}\\Volatile Environment`, name);
    return { sid, name: `${environment('USERDOMAIN') ?? ''}\\${environment('USERNAME') ?? ''}` };
  });
}

function dateOf(text: string): string | null {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  return parts ? parts.slice(1).join('-') : null;
}
