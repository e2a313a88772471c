import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Database } from '../../database/database.js';
import { nameKey } from '../../database/name-key.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereContains } from '../../database/search.js';
import { ValidationError } from '../../shared/errors.js';
import type { CredentialId } from '../../shared/ids.js';
import type { Credential } from '../domain/credential.js';
import { CredentialRow } from './credential.entity.js';

const SORT = { columns: { name: 'nameKey', order: 'order', createdAt: 'createdAt' }, defaultSort: 'order' };

/** What a list may be narrowed by. */
export interface CredentialFilter extends ListRequest {
  readonly q?: string | undefined;
}

/** SQL for credentials. */
@Injectable()
export class CredentialStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async all(): Promise<readonly Credential[]> {
    return this.database.reader.find(CredentialRow);
  }

  async byId(id: string): Promise<Credential | null> {
    return this.database.reader.findOneBy(CredentialRow, { id: id as CredentialId });
  }

  async byIdsOrNames(ids: readonly string[], nameKeys: readonly string[]): Promise<readonly CredentialRow[]> {
    return this.database.reader.find(CredentialRow, {
      where: [{ id: In(ids) }, { nameKey: In(nameKeys) }],
    });
  }

  async list(filter: CredentialFilter): Promise<Page<Credential>> {
    const query = this.database.reader.createQueryBuilder(CredentialRow, 'credential');
    whereContains(query, 'nameKey', filter.q);
    return fetchPage(query, SORT, filter);
  }

  /** @throws ValidationError `duplicate-name` */
  async insert(credential: Credential): Promise<Credential> {
    return this.database.write(async (tx) => {
      await refuseDuplicate(tx, credential);
      return tx.save(CredentialRow, rowOf(credential));
    });
  }

  /** Replaces a credential by what `change` makes of it, in one transaction; null when it does not exist. */
  async change(id: CredentialId, change: (present: Credential) => Credential): Promise<Credential | null> {
    return this.database.write(async (tx) => {
      const present = await tx.findOneBy(CredentialRow, { id });
      if (!present) return null;
      const changed = change(present);
      await refuseDuplicate(tx, changed);
      return tx.save(CredentialRow, rowOf(changed));
    });
  }

  /** Removes a credential, unless `check`, which sees it as it is, throws. */
  async remove(id: CredentialId, check: (present: Credential) => void): Promise<void> {
    await this.database.write(async (tx) => {
      const present = await tx.findOneBy(CredentialRow, { id });
      if (present) check(present);
      await tx.delete(CredentialRow, { id });
    });
  }
}

function rowOf(credential: Credential): CredentialRow {
  return Object.assign(new CredentialRow(), credential, { nameKey: nameKey(credential.name) });
}

async function refuseDuplicate(tx: EntityManager, credential: Credential): Promise<void> {
  const holder = await tx.findOneBy(CredentialRow, { nameKey: nameKey(credential.name) });
  if (!holder || holder.id === credential.id) return;
  const detail = `The credential ${holder.id} has this name, whatever the case: choose another`;
  throw new ValidationError(
    `There is a credential ${holder.name} already`,
    [{ pointer: '/name', code: 'duplicate-name', detail }],
    'duplicate-name',
  );
}
