/** A difference between the software of an asset at two scans. */
export interface SoftwareChange {
  readonly change: 'added' | 'removed' | 'updated';
  readonly name: string;
  /** The version that is there now, or, of what was removed, that was there; empty where it tells none. */
  readonly version: string;
  /** Of what was updated: the version before. Null otherwise. */
  readonly previousVersion: string | null;
  /** `DOMAIN\user` of a user's own software; null: the machine's. */
  readonly user: string | null;
}

/** What is kept and shown of the differences between two scans. */
export interface SoftwareChanges {
  readonly changes: readonly SoftwareChange[];
  /** How many more there were. */
  readonly omitted: number;
}

/** An upgrade of a suite changes dozens of entries; a hostile target could make up thousands. */
const MAX_CHANGES = 200;

export function limited(changes: readonly SoftwareChange[]): SoftwareChanges {
  return { changes: changes.slice(0, MAX_CHANGES), omitted: Math.max(0, changes.length - MAX_CHANGES) };
}

/** Whether a name holds the version already, or its beginning: `7-Zip 24.09` that of 24.09.00.0. */
function tellsVersion(name: string, version: string): boolean {
  const numbers = name.match(/\d+(?:\.\d+)+/g) ?? [];
  return name.includes(version) || numbers.some((number) => version.startsWith(`${number}.`));
}

/** `added: 7-Zip 24.09`, `updated: Firefox 133.0 (was 132.0)`. */
export function textOfChange({ change, name, version, previousVersion }: SoftwareChange): string {
  const shown = version === '' || tellsVersion(name, version) ? name : `${name} ${version}`;
  const before = previousVersion === null || previousVersion === '' ? '' : ` (was ${previousVersion})`;
  return `${change}: ${shown}${before}`;
}
