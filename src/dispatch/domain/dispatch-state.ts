import type { DeploymentState, WaitingReason } from '../../deployments/domain/run-state.js';
import type { WindowOverride } from '../../deployments/domain/window-override.js';
import type { Maintenance } from '../../groups/domain/maintenance.js';
import type { AssetId, DeploymentId, GroupId, ShareId, TargetRunId } from '../../shared/ids.js';

/** A run that waits, as much of it as the decision needs. */
export interface WaitingRun {
  readonly id: TargetRunId;
  readonly deploymentId: DeploymentId;
  readonly assetId: AssetId;
  /** The share that it reads from; null: none. */
  readonly shareId: ShareId | null;
  /** Of its deployment, from 0. */
  readonly wave: number;
  readonly expiresAt: string;
  readonly waitingFor: WaitingReason | null;
}

/** A run that is queued or under way: it takes a place of everything that has a limit. */
export type ActiveRun = Pick<WaitingRun, 'deploymentId' | 'assetId' | 'shareId'>;

/** A deployment that has not finished. */
export interface OpenDeployment {
  readonly id: DeploymentId;
  readonly state: DeploymentState;
  /** Higher goes first. */
  readonly priority: number;
  readonly createdAt: string;
  /** None of its runs begins earlier; null: nothing is held back. */
  readonly notBefore: string | null;
  /** Runs up to this wave may begin. */
  readonly openWave: number;
  /** How much of a maintenance window a run of it needs. */
  readonly expectedDurationSeconds: number;
  /** Not null: its runs may begin outside of maintenance windows. */
  readonly windowOverride: WindowOverride | null;
  /** When a run of it was released last; null: none yet. */
  readonly lastReleasedAt: string | null;
}

/** What a limit is set on: everything together, or what has this id. */
export type Limited = 'all' | DeploymentId | ShareId | GroupId;

/** All that the decision looks at. */
export interface DispatchState {
  /** In the order in which they were ordered. */
  readonly waiting: readonly WaitingRun[];
  readonly active: readonly ActiveRun[];
  readonly deployments: ReadonlyMap<DeploymentId, OpenDeployment>;
  /** Assets on which something else than a run is at work: they are being scanned. */
  readonly busyAssets: ReadonlySet<AssetId>;
  /** The most runs at a time. For `all` it is what the living workers can follow, or less. */
  readonly limits: ReadonlyMap<Limited, number>;
  /** The groups with a limit or maintenance windows that hold an asset. */
  readonly groupsOf: ReadonlyMap<AssetId, readonly GroupId[]>;
  /** When runs may be under way on the assets of a group; of one that is not here: always. */
  readonly maintenance: ReadonlyMap<GroupId, Maintenance>;
  /** Nothing is released, whatever else would allow it. */
  readonly isPaused: boolean;
}
