/** Environment variables under Windows' rules: names are case-insensitive. */
export class Environment {
  readonly #variables = new Map<string, { readonly name: string; readonly value: string }>();

  constructor(variables: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(variables)) this.set(name, value);
  }

  get(name: string): string | undefined {
    return this.#variables.get(name.toUpperCase())?.value;
  }

  /** An empty value removes the variable, as `set NAME=` does. */
  set(name: string, value: string): void {
    if (value === '') this.#variables.delete(name.toUpperCase());
    else this.#variables.set(name.toUpperCase(), { name, value });
  }

  /** Sorted by name, as `set` lists them. */
  entries(): [string, string][] {
    return [...this.#variables.entries()].toSorted(byKey).map(([, { name, value }]) => [name, value]);
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries(this.entries());
  }
}

function byKey([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}

/** The environment of a fresh logon of an account on a machine. */
export function logonEnvironment(computerName: string, account: string): Record<string, string> {
  const user = account.slice(account.lastIndexOf('\\') + 1);
  const isSystem = user.toUpperCase() === 'SYSTEM';
  const profile = isSystem ? 'C:\\Windows\\system32\\config\\systemprofile' : `C:\\Users\\${user}`;
  return {
    ALLUSERSPROFILE: 'C:\\ProgramData',
    APPDATA: `${profile}\\AppData\\Roaming`,
    COMPUTERNAME: computerName,
    ComSpec: 'C:\\Windows\\system32\\cmd.exe',
    LOCALAPPDATA: `${profile}\\AppData\\Local`,
    OS: 'Windows_NT',
    Path: 'C:\\Windows\\system32;C:\\Windows;C:\\Windows\\System32\\Wbem;C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\',
    PATHEXT: '.COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC',
    PROCESSOR_ARCHITECTURE: 'AMD64',
    ProgramData: 'C:\\ProgramData',
    ProgramFiles: 'C:\\Program Files',
    'ProgramFiles(x86)': 'C:\\Program Files (x86)',
    PUBLIC: 'C:\\Users\\Public',
    SystemDrive: 'C:',
    SystemRoot: 'C:\\Windows',
    TEMP: isSystem ? 'C:\\Windows\\TEMP' : `${profile}\\AppData\\Local\\Temp`,
    TMP: isSystem ? 'C:\\Windows\\TEMP' : `${profile}\\AppData\\Local\\Temp`,
    USERDOMAIN: isSystem ? 'WORKGROUP' : computerName,
    USERNAME: isSystem ? `${computerName}$` : user,
    USERPROFILE: profile,
    windir: 'C:\\Windows',
  };
}
