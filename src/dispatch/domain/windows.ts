import { openUntil } from '../../groups/domain/maintenance.js';
import type { GroupId } from '../../shared/ids.js';
import type { DispatchState, OpenDeployment, WaitingRun } from './dispatch-state.js';

/** The maintenance windows that are open at the instant of a decision. */
export class Windows {
  readonly #groupsOf: DispatchState['groupsOf'];
  readonly #nowMs: number;
  /** Of the groups with windows: until when theirs is open, 0 when none is. */
  readonly #openUntilMs: ReadonlyMap<GroupId, number>;

  constructor({ groupsOf, maintenance }: Pick<DispatchState, 'groupsOf' | 'maintenance'>, now: Date) {
    this.#groupsOf = groupsOf;
    this.#nowMs = now.getTime();
    this.#openUntilMs = new Map(
      [...maintenance].map(([id, windows]) => [id, openUntil(windows, now)?.getTime() ?? 0]),
    );
  }

  /**
   * Whether a run fits into what is left of the windows: those of every group with windows that holds its asset, for each
   * of them was promised to somebody.
   */
  doesFit({ assetId }: WaitingRun, { expectedDurationSeconds }: OpenDeployment): boolean {
    const endMs = this.#nowMs + expectedDurationSeconds * 1000;
    const groups = this.#groupsOf.get(assetId) ?? [];
    return groups.every((id) => endMs <= (this.#openUntilMs.get(id) ?? Infinity));
  }
}
