import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import type { AssetId, CredentialId } from '../shared/ids.js';
import { heldBackUntil } from './domain/logon-refusal.js';
import { LogonRefusalStore } from './persistence/logon-refusal-store.js';

/** What identifies a credential as it is now: its id, and which user name and password it holds. */
export interface CredentialState {
  readonly id: string;
  readonly version: string;
}

/** Knows which credentials must not be tried on an asset for a while, so that nobody is locked out. */
@Injectable()
export class LogonRefusals {
  constructor(
    @Inject(LogonRefusalStore) private readonly store: LogonRefusalStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Notes that the asset has refused a credential: a scan tells of it. */
  async note(assetId: AssetId, { id, version }: CredentialState): Promise<void> {
    await this.store.save({
      assetId,
      credentialId: id as CredentialId,
      credentialVersion: version,
      refusedAt: this.clock.now().toISOString(),
    });
  }

  /** The credentials among these that are held back on the asset, with the instant until when. */
  async heldBack(
    assetId: AssetId,
    credentials: readonly CredentialState[],
  ): Promise<ReadonlyMap<string, string>> {
    const versions = new Map(credentials.map(({ id, version }) => [id, version]));
    const now = this.clock.now();
    const refusals = await this.store.ofAsset(assetId);
    return new Map(
      refusals.flatMap(({ credentialId, credentialVersion, refusedAt }) => {
        const until = heldBackUntil(refusedAt);
        const isSame = versions.get(credentialId) === credentialVersion;
        return isSame && until > now.toISOString() ? [[credentialId, until]] : [];
      }),
    );
  }
}
