/**
 * A package as the domain knows it: every default filled in, codes unsigned, line ends normalised to LF.
 * It is itself a valid package file (API.md), so that what is stored can be parsed and exported again.
 */
export interface DeploymentPackage {
  readonly name: string;
  readonly description: string;
  /** Per asset, counted from `run.started`. */
  readonly maxDurationSeconds: number;
  readonly runMode: RunMode;
  readonly finalAction: FinalAction;
  readonly rescan: boolean;
  readonly parameters: readonly PackageParameter[];
  readonly steps: readonly PackageStep[];
}

/** Which account runs the steps. The other run modes are in `LATER_RUN_MODES`. */
export type RunMode = 'system';

/** What happens to the machine after stop-success, stop-failure and expiry (DESIGN section 4). */
export interface FinalAction {
  readonly action: 'none' | 'reboot' | 'shutdown' | 'log-off';
  /** As the author wrote it; a plan never waits less than 30 s before a reboot or shutdown. */
  readonly waitSeconds: number;
  readonly message: string;
  readonly when: 'always' | 'if-required';
}

/** A value that a deployment may set. At most one of `pattern` and `enum`; with neither, the character rule holds. */
export interface PackageParameter {
  readonly name: string;
  /** Null: a deployment must give the value. */
  readonly default: string | null;
  /** Reaches the steps as environment variable `WINCH_<NAME>` only. */
  readonly secret: boolean;
  /** A regular expression for the whole value. */
  readonly pattern: string | null;
  readonly enum: readonly string[] | null;
}

/** Where a step goes next, as its author wrote it. */
export type Jump = 'next' | 'stop-success' | 'stop-failure' | { readonly step: string };

interface StepBase {
  readonly name: string;
  readonly enabled: boolean;
  /** Alone decide success; unsigned 32-bit, like all codes. */
  readonly successCodes: readonly number[];
  readonly softRebootCodes: readonly number[];
  readonly hardRebootCodes: readonly number[];
  readonly retryCodes: readonly number[];
  /** Null: only the package's maximum duration limits the step. */
  readonly timeoutSeconds: number | null;
  readonly outputEncoding: 'auto' | 'oem' | 'utf-8' | 'utf-16';
  readonly onSuccess: Jump;
  readonly onFailure: Jump;
}

/** Text for cmd.exe: one line runs as it is, several lines as a batch file. */
export interface CommandStep extends StepBase {
  readonly type: 'command';
  readonly command: string;
}

/** A setup program, package, patch or update that Windows installs silently. */
export interface InstallerStep extends StepBase {
  readonly type: 'installer';
  readonly path: string;
  readonly parameters: string;
}

/** A script file, run by the interpreter of its extension or by the one named here. */
export interface ScriptStep extends StepBase {
  readonly type: 'script';
  readonly path: string;
  readonly arguments: string;
  /** The program to run the script with; null: chosen by extension. */
  readonly interpreter: string | null;
  /** Stands between `interpreter` and the script's path. */
  readonly interpreterArguments: string;
}

export type PackageStep = CommandStep | InstallerStep | ScriptStep;

/** One saved state of a package; immutable. */
export interface PackageRevision {
  readonly revision: number;
  readonly package: DeploymentPackage;
}

/** Step types that are named in the package file's contract but not available yet: refused by name. */
export const LATER_STEP_TYPES = ['condition', 'kill-process', 'msi-uninstaller'] as const;

/** Run modes that are named in the package file's contract but not available yet: refused by name. */
export const LATER_RUN_MODES = ['ask', 'scanning-credentials', 'logged-on'] as const;
