import type { PackageStep } from './steps/step-types.js';

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

/** One saved state of a package; immutable. */
export interface PackageRevision {
  readonly revision: number;
  readonly package: DeploymentPackage;
}

/** Run modes that are named in the package file's contract but not available yet: refused by name. */
export const LATER_RUN_MODES = ['ask', 'scanning-credentials', 'logged-on'] as const;
