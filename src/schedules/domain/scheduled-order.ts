import { type DeploymentOrder, PLAIN_ROLLOUT } from '../../deployments/domain/deployment-order.js';
import type { AssetId } from '../../shared/ids.js';
import type { Schedule } from './schedule.js';

const MILLISECONDS = 1000;

export interface OrderParts {
  readonly position: number;
  readonly dueAt: Date;
  /** Values of the secret parameters of each package. */
  readonly secrets: readonly Readonly<Record<string, string>>[];
  /** Left out beside what the schedule leaves out. */
  readonly without: readonly AssetId[];
}

/** The order that a schedule places for one of its packages. */
export function scheduledOrder(schedule: Schedule, parts: OrderParts): DeploymentOrder {
  const { targets, expiresAfterSeconds, priority } = schedule;
  const scheduled = schedule.packages[parts.position];
  if (!scheduled) throw new Error(`The schedule ${schedule.id} has no package ${parts.position}`);
  return {
    package: scheduled.packageId,
    revision: scheduled.revision ?? undefined,
    targets: {
      ...targets,
      exclude: { ...targets.exclude, assets: [...targets.exclude.assets, ...parts.without] },
    },
    expectedTargets: undefined,
    parameters: { ...scheduled.parameters, ...parts.secrets[parts.position] },
    ticket: undefined,
    rollout: { ...PLAIN_ROLLOUT, priority, expiresAt: expiryOf(parts.dueAt, expiresAfterSeconds) },
  };
}

function expiryOf(dueAt: Date, seconds: number | null): string | undefined {
  return seconds === null ? undefined : new Date(dueAt.getTime() + seconds * MILLISECONDS).toISOString();
}
