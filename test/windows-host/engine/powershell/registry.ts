import type { InstalledProduct } from '../../model/machine.js';
import type { ModelPatch } from '../backend.js';
import type { WineContainer } from './wine-container.js';

type RegistryValues = Readonly<Record<string, string | number>>;
export type RegistryView = Record<string, Record<string, string | number>>;

const UNINSTALL = 'HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

/** The keys of installed software, as reg.exe lists them now. */
export function readUninstallKeys(container: WineContainer): RegistryView {
  return parseRegQuery(container.runSync('reg.exe', ['query', UNINSTALL, '/s']));
}

/** Products that Windows Installer has put there. */
export function productsIn(registry: RegistryView): InstalledProduct[] {
  return Object.entries(registry).flatMap(([key, values]) => {
    const productCode = /\{[0-9A-Fa-f-]{36}\}$/.exec(key)?.[0];
    return productCode === undefined ? [] : [productOf(productCode, values)];
  });
}

function productOf(productCode: string, values: RegistryValues): InstalledProduct {
  return {
    name: String(values['DisplayName'] ?? ''),
    version: String(values['DisplayVersion'] ?? ''),
    productCode,
    publisher: String(values['Publisher'] ?? ''),
  };
}

/** What `reg query KEY /s` prints: a line for each key, then its values, indented. */
export function parseRegQuery(text: string): RegistryView {
  const view: RegistryView = {};
  let values: Record<string, string | number> = {};
  for (const line of text.split(/\r?\n/)) {
    const value = /^ {4}(.+?) {4}(REG_\w+)(?: {4}(.*))?$/.exec(line);
    if (value !== null) values[value[1] ?? ''] = datumOf(value[2] ?? '', value[3] ?? '');
    else if (line.startsWith('HKEY_')) view[line.trim().replace(/^HKEY_LOCAL_MACHINE/, 'HKLM')] = values = {};
  }
  return view;
}

function datumOf(type: string, text: string): string | number {
  return type === 'REG_DWORD' ? Number(text) : text;
}

/** Writes values into the registry of the host; null removes a key or a value. */
export function patchRegistry(container: WineContainer, patch: NonNullable<ModelPatch['registry']>): void {
  for (const [key, values] of Object.entries(patch)) {
    if (values === null) container.runSync('reg.exe', ['delete', key, '/f']);
    else for (const [name, datum] of Object.entries(values)) patchValue(container, key, name, datum);
  }
}

function patchValue(
  container: WineContainer,
  key: string,
  name: string,
  datum: string | number | null,
): void {
  if (datum === null) return void container.runSync('reg.exe', ['delete', key, '/v', name, '/f']);
  const type = typeof datum === 'number' ? 'REG_DWORD' : 'REG_SZ';
  container.runSync('reg.exe', ['add', key, '/v', name, '/t', type, '/d', String(datum), '/f']);
}
