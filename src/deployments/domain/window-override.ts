/** Someone let the runs of a deployment begin outside of the maintenance windows of their assets' groups. */
export interface WindowOverride {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}
