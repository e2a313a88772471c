import { Inject, Injectable } from '@nestjs/common';
import { type GroupPolicies, GroupPoliciesService } from '../groups/group-policies.service.js';
import { SharesService } from '../shares/shares.service.js';
import type { AssetId } from '../shared/ids.js';
import type { ActiveRun, DispatchState, Limited } from './domain/dispatch-state.js';
import { DispatchStore, type OpenDeploymentRow } from './persistence/dispatch-store.js';
import { QueueStore } from './persistence/queue-store.js';
import { WorkersService } from './workers.service.js';

/** Reads what the dispatcher decides about, in a handful of queries however long the queue is. */
@Injectable()
export class DispatchStateReader {
  constructor(
    @Inject(DispatchStore) private readonly store: DispatchStore,
    @Inject(QueueStore) private readonly queue: QueueStore,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(SharesService) private readonly shares: SharesService,
    @Inject(GroupPoliciesService) private readonly groups: GroupPoliciesService,
  ) {}

  /** `busyAssets`: where something else than a run is at work. */
  async read(busyAssets: ReadonlySet<AssetId>, now: Date): Promise<DispatchState> {
    const active = await this.store.active();
    const deployments = await this.store.openDeployments();
    const policies = await this.groups.current();
    const limits = await this.#limits(deployments, policies);
    const isPaused = (await this.queue.pausedBy()) !== null;
    const waiting = await this.store.waiting({
      now: now.toISOString(),
      isPaused,
      hasRoom: hasRoom(limits, active),
    });
    return {
      waiting,
      active,
      deployments: new Map(deployments.map((deployment) => [deployment.id, deployment])),
      busyAssets,
      limits,
      groupsOf: policies.groupsOf,
      maintenance: policies.maintenance,
      isPaused,
    };
  }

  async #limits(
    deployments: readonly OpenDeploymentRow[],
    policies: GroupPolicies,
  ): Promise<ReadonlyMap<Limited, number>> {
    const limits = new Map<Limited, number>([...(await this.shares.limits()), ...policies.limits]);
    for (const { id, concurrency } of deployments) if (concurrency !== null) limits.set(id, concurrency);
    const setLimit = await this.queue.concurrency();
    return limits.set('all', Math.min(await this.workers.capacity(), setLimit ?? Infinity));
  }
}

function hasRoom(limits: ReadonlyMap<Limited, number>, active: readonly ActiveRun[]): boolean {
  return (limits.get('all') ?? 0) > active.length;
}
