import type { AssetId } from '../../shared/ids.js';

/** Answers the assets on which something is at work at the moment. */
export type BusySource = () => Promise<Iterable<AssetId>>;

/**
 * Lets those who put work on assets, runs and scans, do so one after the other, so that each sees what the other has
 * put there: two at once on one asset would be two failed logons where the password is wrong (DESIGN section 10), and
 * a scan in the middle of a deployment would see half of it.
 */
export class ReleaseTurns {
  readonly #sources: BusySource[] = [];
  #last: Promise<unknown> = Promise.resolve();

  /** Says, once, when the process starts, who else knows of busy assets. */
  addBusy(source: BusySource): void {
    this.#sources.push(source);
  }

  /** Runs `work` when nobody else releases anything, with the assets that are busy then. */
  async take<T>(work: (busy: ReadonlySet<AssetId>) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => work(await this.#busy()));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #busy(): Promise<ReadonlySet<AssetId>> {
    const found = new Set<AssetId>();
    for (const source of this.#sources) for (const id of await source()) found.add(id);
    return found;
  }
}
