import type { ActiveRun, DispatchState, Limited } from './dispatch-state.js';

type SlotsState = Pick<DispatchState, 'limits' | 'active' | 'groupsOf'>;

/** The places that are left under each limit, while a decision hands them out. */
export class Slots {
  readonly #free: Map<Limited, number>;
  readonly #groupsOf: DispatchState['groupsOf'];

  /** What is active already has its places; where a limit was lowered below that, none is left. */
  constructor({ limits, active, groupsOf }: SlotsState) {
    this.#free = new Map(limits);
    this.#groupsOf = groupsOf;
    for (const run of active) this.take(run);
  }

  hasRoomFor(run: ActiveRun): boolean {
    return this.#limitedBy(run).every((limited) => (this.#free.get(limited) ?? 1) > 0);
  }

  take(run: ActiveRun): void {
    for (const limited of this.#limitedBy(run)) {
      const free = this.#free.get(limited);
      if (free !== undefined) this.#free.set(limited, free - 1);
    }
  }

  #limitedBy({ deploymentId, shareId, assetId }: ActiveRun): readonly Limited[] {
    const groups = this.#groupsOf.get(assetId) ?? [];
    return ['all', deploymentId, ...(shareId === null ? [] : [shareId]), ...groups];
  }
}
