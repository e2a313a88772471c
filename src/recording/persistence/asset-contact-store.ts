import { Inject, Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../../database/database.js';
import type { AssetId, CredentialId } from '../../shared/ids.js';
import { AssetContactEntity } from './asset-contact.entity.js';

/** SQL for when assets were last seen. Runs write it through RunWriter, with the events that tell of it. */
@Injectable()
export class AssetContactStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async lastSeen(assetIds: readonly AssetId[]): Promise<ReadonlyMap<AssetId, string>> {
    const found = await this.database.reader.findBy(AssetContactEntity, { assetId: In([...assetIds]) });
    return new Map(found.map(({ assetId, lastSeenAt }) => [assetId, lastSeenAt]));
  }

  async lastCredential(assetId: AssetId): Promise<CredentialId | null> {
    const contact = await this.database.reader.findOneBy(AssetContactEntity, { assetId });
    return contact?.credentialId ?? null;
  }

  /** What is not given stays. */
  async save(contact: Pick<AssetContactEntity, 'assetId' | 'lastSeenAt'>): Promise<void> {
    await this.database.write((tx) => tx.save(AssetContactEntity, contact));
  }

  async remove(assetId: AssetId): Promise<void> {
    await this.database.write((tx) => tx.delete(AssetContactEntity, { assetId }));
  }
}
