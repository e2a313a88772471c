import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { Database } from '../../database/database.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import type { ApiKeyId } from '../../shared/ids.js';
import type { ApiKey } from '../domain/api-key.js';
import { ApiKeyRow } from './api-key.entity.js';

const SORT = { columns: { createdAt: 'createdAt', name: 'name', owner: 'owner' }, defaultSort: 'createdAt' };

/** SQL for API keys. */
@Injectable()
export class KeyStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async count(): Promise<number> {
    return this.database.reader.count(ApiKeyRow);
  }

  async byId(id: string): Promise<ApiKey | null> {
    return this.database.reader.findOneBy(ApiKeyRow, { id: id as ApiKeyId });
  }

  async byPrefix(prefix: string): Promise<ApiKey | null> {
    return this.database.reader.findOneBy(ApiKeyRow, { prefix });
  }

  async list(request: ListRequest): Promise<Page<ApiKey>> {
    return fetchPage(this.database.reader.createQueryBuilder(ApiKeyRow, 'key'), SORT, request);
  }

  async save(key: ApiKey): Promise<void> {
    await this.database.write((tx) => tx.save(ApiKeyRow, key));
  }

  async setLastUsed(id: ApiKeyId, at: string): Promise<void> {
    await this.database.write((tx) => tx.update(ApiKeyRow, { id }, { lastUsedAt: at }));
  }

  /**
   * Marks a key as revoked, unless `mayRevoke`, which sees the administrators' keys that would be left in the same
   * transaction, throws. Revoking twice changes nothing.
   */
  async revoke(id: ApiKeyId, at: string, mayRevoke: (left: readonly ApiKey[]) => void): Promise<void> {
    await this.database.write(async (tx) => {
      mayRevoke((await administrators(tx)).filter((key) => key.id !== id));
      await tx.update(ApiKeyRow, { id, revokedAt: IsNull() }, { revokedAt: at });
    });
  }
}

async function administrators(tx: EntityManager): Promise<ApiKey[]> {
  return tx.findBy(ApiKeyRow, { role: 'administrator', revokedAt: IsNull() });
}
