import type { DeploymentId, PackageId, ScheduleId } from '../../shared/ids.js';
import type { DeploymentOrder } from '../../deployments/domain/deployment-order.js';
import type { TriggerBody } from './trigger.js';

/** What happens to an occurrence that nobody was there for: the api was down, or the schedule's turn came too late. */
export const MISSED_POLICIES = ['skip', 'run-once'] as const;
export type MissedPolicy = (typeof MISSED_POLICIES)[number];

/** What happens when the schedule's last deployment has not finished: leave this occurrence out, or order it all the same. */
export const OVERLAP_POLICIES = ['skip', 'run'] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** One package of a schedule. */
export interface ScheduledPackage {
  readonly packageId: PackageId;
  /** Null: the newest one when it is due. */
  readonly revision: number | null;
  /** Values of the parameters that are not secret. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Names of the secret parameters, whose values are sealed apart. */
  readonly secretNames: readonly string[];
}

/** An order that is placed again and again. Instants are in RFC 3339, UTC. */
export interface Schedule {
  readonly id: ScheduleId;
  /** Unique, whatever the case. */
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly trigger: TriggerBody;
  /** Ordered one after the other; an asset runs them in this order. */
  readonly packages: readonly ScheduledPackage[];
  /** The secret parameters of all packages as sealed JSON; null when there are none. */
  readonly sealedSecrets: string | null;
  /** As its author wrote them: looked up anew at each occurrence. */
  readonly targets: DeploymentOrder['targets'];
  readonly missed: MissedPolicy;
  readonly overlap: OverlapPolicy;
  /** Leaves out assets on which the same revision succeeded the last time. */
  readonly skipSucceeded: boolean;
  /** How long after it was due a run may still start; null: 24 hours. */
  readonly expiresAfterSeconds: number | null;
  readonly priority: number;
  /** When it is due next; null: never, or disabled. */
  readonly nextRunAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const FIRING_RESULTS = ['ordered', 'missed', 'overlap', 'no-targets', 'refused'] as const;
export type FiringResult = (typeof FIRING_RESULTS)[number];

/** What became of one package at one occurrence. */
export interface Firing {
  readonly id: string;
  readonly scheduleId: ScheduleId;
  readonly dueAt: string;
  /** Which package of the schedule, from 0. */
  readonly position: number;
  readonly result: FiringResult;
  readonly detail: string;
  readonly deploymentId: DeploymentId | null;
  readonly at: string;
}

/** An occurrence that is found this much later was missed; the loop looks every second. */
export const MISSED_AFTER_MS = 5 * 60_000;
