import type { Wave } from './waves.js';

/** Assets by name, by group, by filter: all of them together. */
export interface TargetSelection {
  /** Ids or names; one that is named twice runs once. */
  readonly assets: readonly string[];
  /** Ids or names of groups. */
  readonly groups: readonly string[];
  /** For `parseAssetFilter`. Undefined chooses nothing. */
  readonly filter: unknown;
}

/** When the runs of a deployment may begin, how many at a time, and in which waves. */
export interface Rollout {
  /** None begins earlier. Undefined: as soon as it may. */
  readonly notBefore: string | undefined;
  /** Undefined: 24 hours after the order, or after `notBefore`. */
  readonly expiresAt: string | undefined;
  /** The most runs at a time; undefined: as many as there is room for. */
  readonly concurrency: number | undefined;
  /** Higher goes first; 0 by default. */
  readonly priority: number;
  /** Empty: all runs are one wave. */
  readonly waves: readonly Wave[];
  /** Undefined: it never halts. */
  readonly haltAtFailurePercent: number | undefined;
  /** How much of a maintenance window a run needs; undefined: the package's maximum duration. */
  readonly expectedDurationSeconds: number | undefined;
  /** Why runs may begin outside of maintenance windows; undefined: they may not. */
  readonly overrideWindows: string | undefined;
}

/** What an order says that says nothing about it. */
export const PLAIN_ROLLOUT: Rollout = {
  notBefore: undefined,
  expiresAt: undefined,
  concurrency: undefined,
  priority: 0,
  waves: [],
  haltAtFailurePercent: undefined,
  expectedDurationSeconds: undefined,
  overrideWindows: undefined,
};

/** An order as it comes from REST or a schedule: names and ids are not resolved yet. */
export interface DeploymentOrder {
  /** Id or name. */
  readonly package: string;
  /** Undefined: the latest. */
  readonly revision: number | undefined;
  readonly targets: TargetSelection & { readonly exclude: TargetSelection };
  /** More targets than this are refused. */
  readonly expectedTargets: number | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly ticket: { readonly system: string; readonly id: string } | undefined;
  /** Called once when the deployment has ended; undefined: nobody is. */
  readonly callbackUrl?: string | undefined;
  readonly rollout: Rollout;
}
