import { Inject, Injectable } from '@nestjs/common';
import { AssetsService } from '../assets/assets.service.js';
import { CLOCK } from '../config/config.module.js';
import type { Page } from '../database/page.js';
import { AssetContacts } from '../recording/asset-contacts.service.js';
import { LogonRefusals } from '../recording/logon-refusals.service.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError, NotFoundError } from '../shared/errors.js';
import type { ScanId } from '../shared/ids.js';
import type { ScanResult } from '../target/scan-output.js';
import { inventoryOf } from './domain/inventory.js';
import { newScan } from './domain/new-scan.js';
import type { Scan } from './domain/scan.js';
import type { ScanBegin, ScanEnd, ScanRefusal } from './domain/scan-door.js';
import { beforeRestart, nextAttemptAt, type ScanFailure } from './domain/settle-scan.js';
import { limited } from './domain/software-change.js';
import { replaceInventory } from './persistence/inventory-store.js';
import { type ScanFilter, ScanStore } from './persistence/scan-store.js';
import { ScanBells } from './scan-bells.js';

export type { ScanFilter };

/** Orders scans, and hears from the workers what became of them. */
@Injectable()
export class ScansService {
  #lastEnd: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(ScanStore) private readonly store: ScanStore,
    @Inject(LogonRefusals) private readonly refusals: LogonRefusals,
    @Inject(AssetContacts) private readonly contacts: AssetContacts,
    @Inject(ScanBells) private readonly bells: ScanBells,
  ) {}

  /**
   * Orders a scan. One that was asked for before and has not begun is answered instead of a second one.
   *
   * @throws NotFoundError; ConflictError for a retired asset.
   */
  async request(assetId: string, requestedBy: string): Promise<Scan> {
    const asset = await this.assets.get(assetId);
    if (asset.state === 'retired')
      throw new ConflictError(`${asset.name} is retired: make it active to scan it`);
    const at = this.clock.now().toISOString();
    const scan = await this.store.order(newScan(asset, { cause: 'request', requestedBy }, at));
    this.bells.ring();
    return scan;
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Scan> {
    const scan = await this.store.byId(id);
    if (scan) return scan;
    throw new NotFoundError(`There is no scan ${id}: those that ended a month ago are removed`);
  }

  async list(filter: ScanFilter): Promise<Page<Scan>> {
    return this.store.list(filter);
  }

  /** A worker is about to open the asset. False: it must not, for this attempt is not the valid one. */
  async begin(id: string, { epoch, instanceId }: ScanBegin): Promise<boolean> {
    const startedAt = this.clock.now().toISOString();
    const begun = await this.store.change(id as ScanId, async (scan) => {
      if (!isValid(scan, epoch)) return null;
      return { state: 'scanning', startedAt, workerId: instanceId };
    });
    return begun !== null;
  }

  /** The asset has refused a credential. Noted whatever became of the scan: it is true all the same. */
  async refuse(id: string, { credentialId, credentialVersion }: ScanRefusal): Promise<void> {
    const scan = await this.get(id);
    await this.refusals.note(scan.assetId, { id: credentialId, version: credentialVersion });
  }

  /** Takes the end of an attempt. Saying it again, or of an attempt that is no longer valid, changes nothing. */
  async end(id: string, end: ScanEnd): Promise<void> {
    // One at a time: an inventory is the longest write there is, and what runs record must not stand behind fifty.
    const turn = this.#lastEnd.then(() => this.#end(id, end));
    this.#lastEnd = turn.catch(() => undefined);
    return turn;
  }

  async #end(id: string, { epoch, result }: ScanEnd): Promise<void> {
    const { assetId } = await this.get(id);
    if (result.ok) await this.contacts.seen(assetId);
    if (result.ok) await this.#found(id as ScanId, epoch, result.found);
    else await this.fail(id as ScanId, epoch, result);
    this.bells.ring();
  }

  /** An attempt has failed: another one is set, or the scan has. */
  async fail(id: ScanId, epoch: number, failure: ScanFailure): Promise<void> {
    const now = this.clock.now();
    await this.store.change(id, async (scan) => {
      if (!isValid(scan, epoch)) return null;
      const { failureReason, failureDetail } = failure;
      const dueAt = nextAttemptAt(scan, failure, now);
      if (dueAt !== null) return { ...WAITING, dueAt, failureReason, failureDetail };
      return { ...FAILED, finishedAt: now.toISOString(), failureReason, failureDetail };
    });
  }

  async #found(id: ScanId, epoch: number, result: ScanResult): Promise<void> {
    const now = this.clock.now();
    await this.store.change(id, async (scan, tx) => {
      if (!isValid(scan, epoch)) return null;
      const { inventory, software } = inventoryOf(scan.assetId, result, now);
      const dueAt = beforeRestart(scan, inventory.bootedAt, now);
      if (dueAt !== null) return { ...WAITING, dueAt, ...NOT_RESTARTED };
      const changes = await replaceInventory(tx, inventory, software);
      return { ...SUCCEEDED, finishedAt: now.toISOString(), changes: changes && limited(changes) };
    });
  }
}

const WAITING = { state: 'waiting', workerId: null, queuedAt: null } as const;
const FAILED = { state: 'finished', outcome: 'failed' } as const;
const SUCCEEDED = {
  state: 'finished',
  outcome: 'succeeded',
  failureReason: null,
  failureDetail: '',
} as const;
const NOT_RESTARTED = {
  failureReason: null,
  failureDetail: 'The asset has answered, but has not been restarted yet',
} as const;

/** Whether what is said of this attempt counts. */
function isValid(scan: Scan, epoch: number): boolean {
  return scan.epoch === epoch && (scan.state === 'queued' || scan.state === 'scanning');
}
