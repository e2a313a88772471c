import type { PlanLaunch } from './execution-plan.js';

/** Extensions an installer step accepts; each has its silent form below. */
export const INSTALLER_EXTENSIONS = ['.msi', '.msp', '.msu', '.exe'] as const;
/** Extensions a script step knows an interpreter for. */
export const SCRIPT_EXTENSIONS = ['.ps1', '.bat', '.cmd', '.vbs', '.js', '.wsf'] as const;

/** The last extension of a path, in lower case, with its dot; null when there is none or a token stands in its place. */
export function extensionOf(path: string): string | null {
  return /\.[^.\\/{}\s]+$/.exec(path.trim())?.[0].toLowerCase() ?? null;
}

/** How a command is started: one line goes to cmd.exe as it is, several become a batch file with CRLF line ends. */
export function commandLaunch(command: string): PlanLaunch {
  const lines = command.trim().split(/\r\n|\r|\n/);
  if (lines.length === 1) return { form: 'line', commandLine: command.trim() };
  // Without it cmd.exe repeats every line of the file in the step's output.
  return { form: 'batch', text: `@echo off\r\n${lines.join('\r\n')}\r\n` };
}

/** How an installer is started by its extension; null when the extension is not one of `INSTALLER_EXTENSIONS`. */
export function installerLaunch(installer: InstallerLaunch): PlanLaunch | null {
  const launch = launchByExtension(installer);
  return launch === null ? null : { ...launch, waitForChildren: installer.waitForChildren };
}

/** What of an installer step goes into its launch. */
export interface InstallerLaunch {
  readonly path: string;
  readonly parameters: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly transforms: readonly string[];
  readonly patches: readonly string[];
  readonly waitForChildren: boolean;
}

function launchByExtension(installer: InstallerLaunch): ProgramLaunch | null {
  const { path, parameters } = installer;
  const options = [msiOptions(parameters), ...propertyWords(installer)];
  switch (extensionOf(path) ?? '') {
    case '.msi':
      return program('msiexec.exe', ['/i', quoted(path), ...options], path);
    case '.msp':
      return program('msiexec.exe', ['/p', quoted(path), ...options], path);
    case '.msu':
      return program('wusa.exe', [quoted(path), ...wusaOptions(parameters)], path);
    case '.exe':
      return program(path, [parameters], path);
    default:
      return null;
  }
}

/** `NAME="value"` each; Windows Installer takes a doubled quotation mark for one of the value's own. */
function propertyWords({ properties, transforms, patches }: InstallerLaunch): string[] {
  const lists = { TRANSFORMS: transforms.join(';'), PATCH: patches.join(';') };
  const given = Object.entries(lists).filter(([, list]) => list !== '');
  return [...given, ...Object.entries(properties)].map(
    ([name, value]) => `${name}="${value.replaceAll('"', '""')}"`,
  );
}

export interface ScriptLaunch {
  readonly path: string;
  readonly arguments: string;
  readonly interpreter: string | null;
  readonly interpreterArguments: string;
}

/** How a script is started; null when no interpreter is named and the extension is not one of `SCRIPT_EXTENSIONS`. */
export function scriptLaunch(script: ScriptLaunch): PlanLaunch | null {
  const { path, arguments: args } = script;
  if (script.interpreter !== null) {
    return program(script.interpreter, [script.interpreterArguments, quoted(path), args], path);
  }
  switch (extensionOf(path) ?? '') {
    case '.ps1':
      return program('powershell.exe', [POWERSHELL_OPTIONS, quoted(path), args], path);
    case '.bat':
    case '.cmd':
      // cmd.exe /s takes off the outer pair of quotation marks and leaves the inner ones.
      return program('cmd.exe', ['/d /s /c', `"${words([quoted(path), args])}"`], path);
    case '.vbs':
    case '.js':
    case '.wsf':
      // Not //B: batch mode disables all output of the script host, WScript.Echo and error texts included.
      return program('cscript.exe', ['//Nologo', quoted(path), args], path);
    default:
      return null;
  }
}

const POWERSHELL_OPTIONS = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File';

type ProgramLaunch = Extract<PlanLaunch, { form: 'program' }>;

function program(file: string, parts: readonly string[], mustExist: string): ProgramLaunch {
  return { form: 'program', program: file, arguments: words(parts), file: mustExist, waitForChildren: false };
}

function words(parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

/** Paths hold no quotation mark (checked before), so that this is all the quoting there is to do. */
function quoted(path: string): string {
  return `"${path}"`;
}

/** Windows Installer's command-line options: display and restart (msiexec takes `/` and `-`, in any case). */
const MSI_DISPLAY = /(?:^|\s)[/-](?:quiet|passive|q(?:[nbrf][+!-]*)?)(?=\s|$)/i;
const MSI_RESTART = /(?:^|\s)(?:[/-](?:norestart|promptrestart|forcerestart)(?=\s|$)|REBOOT=)/i;
/** wusa's: `/warnrestart:<seconds>` too. */
const WUSA_DISPLAY = /(?:^|\s)[/-]quiet(?=\s|$)/i;
const WUSA_RESTART = /(?:^|\s)[/-](?:norestart|promptrestart|forcerestart|warnrestart(?::\d+)?)(?=\s|$)/i;

/** The author's options for msiexec, with ours where they say nothing: no window, no restart. */
export function msiOptions(parameters: string): string {
  const bare = withoutQuoted(parameters);
  return words([
    ...(MSI_DISPLAY.test(bare) ? [] : ['/qn']),
    ...(MSI_RESTART.test(bare) ? [] : ['/norestart']),
    parameters,
  ]);
}

/** Whether options for msiexec ask for a log of their own (`/l*v FILE`). */
export function namesLog(parameters: string): boolean {
  return /(?:^|\s)[/-](?:l[iwearucmopvx+!*]*|log)(?=\s|$)/i.test(withoutQuoted(parameters));
}

function wusaOptions(parameters: string): string[] {
  const bare = withoutQuoted(parameters);
  return [
    ...(WUSA_DISPLAY.test(bare) ? [] : ['/quiet']),
    ...(WUSA_RESTART.test(bare) ? [] : ['/norestart']),
    parameters,
  ];
}

/** What stands in quotation marks is a value, not an option: `NOTE="use /passive here"`. */
function withoutQuoted(parameters: string): string {
  return parameters.replace(/"[^"]*"/g, '""');
}

/** Whether the options of an .msi or .msp bring back windows that nobody can answer, or a restart in the middle. */
export function asksUserOrRestarts(path: string, parameters: string): boolean {
  const extension = extensionOf(path);
  if (extension === '.exe' || extension === null) return false;
  return /(?:^|\s)[/-](?:q[rf][+!-]*|promptrestart|forcerestart|warnrestart\S*)(?=\s|$)/i.test(
    withoutQuoted(parameters),
  );
}
