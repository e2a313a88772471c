/** Assets by name, by group, by filter: all of them together. */
export interface TargetSelection {
  /** Ids or names; one that is named twice runs once. */
  readonly assets: readonly string[];
  /** Ids or names of groups. */
  readonly groups: readonly string[];
  /** For `parseAssetFilter`. Undefined chooses nothing. */
  readonly filter: unknown;
}

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
  /** Undefined: 24 hours after the order. */
  readonly expiresAt: string | undefined;
  /** Higher goes first; 0 by default. */
  readonly priority: number;
}
