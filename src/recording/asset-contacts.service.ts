import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import type { AssetId, CredentialId } from '../shared/ids.js';
import { AssetContactStore } from './persistence/asset-contact-store.js';

/** Knows when each asset last let us in: with a run, or with a scan. */
@Injectable()
export class AssetContacts {
  constructor(
    @Inject(AssetContactStore) private readonly store: AssetContactStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Those among the assets that were ever seen. */
  async lastSeen(assetIds: readonly AssetId[]): Promise<ReadonlyMap<AssetId, string>> {
    return this.store.lastSeen(assetIds);
  }

  /** The credential with which a run was let in last; null when none was. */
  async lastCredential(assetId: AssetId): Promise<CredentialId | null> {
    return this.store.lastCredential(assetId);
  }

  async seen(assetId: AssetId): Promise<void> {
    await this.store.save({ assetId, lastSeenAt: this.clock.now().toISOString() });
  }

  async forget(assetId: AssetId): Promise<void> {
    await this.store.remove(assetId);
  }
}
