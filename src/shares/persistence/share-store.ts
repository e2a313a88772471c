import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, Not } from 'typeorm';
import { Database } from '../../database/database.js';
import { nameKey } from '../../database/name-key.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereContains } from '../../database/search.js';
import { ValidationError } from '../../shared/errors.js';
import type { CredentialId, ShareId } from '../../shared/ids.js';
import type { PackageShare } from '../domain/package-share.js';
import { PackageShareRow } from './package-share.entity.js';

const SORT = { columns: { name: 'nameKey', createdAt: 'createdAt' }, defaultSort: 'name' };

/** What a list may be narrowed by. */
export interface ShareFilter extends ListRequest {
  readonly q?: string | undefined;
}

/** SQL for package shares. */
@Injectable()
export class ShareStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async all(): Promise<readonly PackageShare[]> {
    return this.database.reader.find(PackageShareRow);
  }

  async byId(id: string): Promise<PackageShare | null> {
    return this.database.reader.findOneBy(PackageShareRow, { id: id as ShareId });
  }

  async usesCredential(credentialId: CredentialId): Promise<boolean> {
    return this.database.reader.existsBy(PackageShareRow, { credentialId });
  }

  async list(filter: ShareFilter): Promise<Page<PackageShare>> {
    const query = this.database.reader.createQueryBuilder(PackageShareRow, 'share');
    whereContains(query, 'nameKey', filter.q);
    return fetchPage(query, SORT, filter);
  }

  /** A new default takes that place from the one before. @throws ValidationError `duplicate-name` */
  async insert(share: PackageShare): Promise<PackageShare> {
    return this.database.write(async (tx) => {
      await refuseDuplicate(tx, share);
      return save(tx, share);
    });
  }

  /** Replaces a share by what `change` makes of it, in one transaction; null when it does not exist. */
  async change(id: ShareId, change: (present: PackageShare) => PackageShare): Promise<PackageShare | null> {
    return this.database.write(async (tx) => {
      const present = await tx.findOneBy(PackageShareRow, { id });
      if (!present) return null;
      const changed = change(present);
      await refuseDuplicate(tx, changed);
      return save(tx, changed);
    });
  }

  /** Removes a share, unless `check`, which sees it as it is, throws. */
  async remove(id: ShareId, check: (present: PackageShare) => void): Promise<void> {
    await this.database.write(async (tx) => {
      const present = await tx.findOneBy(PackageShareRow, { id });
      if (present) check(present);
      await tx.delete(PackageShareRow, { id });
    });
  }
}

async function save(tx: EntityManager, share: PackageShare): Promise<PackageShare> {
  if (share.isDefault) {
    const { updatedAt } = share;
    await tx.update(PackageShareRow, { id: Not(share.id), isDefault: true }, { isDefault: false, updatedAt });
  }
  return tx.save(
    PackageShareRow,
    Object.assign(new PackageShareRow(), share, { nameKey: nameKey(share.name) }),
  );
}

async function refuseDuplicate(tx: EntityManager, share: PackageShare): Promise<void> {
  const holder = await tx.findOneBy(PackageShareRow, { nameKey: nameKey(share.name) });
  if (!holder || holder.id === share.id) return;
  const detail = `The share ${holder.id} has this name, whatever the case: choose another`;
  throw new ValidationError(
    `There is a share ${holder.name} already`,
    [{ pointer: '/name', code: 'duplicate-name', detail }],
    'duplicate-name',
  );
}
