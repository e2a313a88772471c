import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, IsNull, Not } from 'typeorm';
import { Database } from '../../database/database.js';
import { nameKey } from '../../database/name-key.js';
import { fetchPage, type ListRequest, type Page } from '../../database/page.js';
import { whereContains, whereEqual } from '../../database/search.js';
import { ValidationError } from '../../shared/errors.js';
import type { AssetId, GroupId } from '../../shared/ids.js';
import type { Group, GroupMembers } from '../domain/group.js';
import { GroupMemberRow } from './group-member.entity.js';
import { GroupRow } from './group.entity.js';

const SORT = {
  columns: { name: 'nameKey', createdAt: 'createdAt', updatedAt: 'updatedAt' },
  defaultSort: 'name',
};

/** SQLite limits the values of one statement to 32,766; a member takes two. */
const CHUNK = 1000;

export interface GroupListRequest extends ListRequest {
  readonly q?: string | undefined;
  readonly name?: string | undefined;
  readonly kind?: string | undefined;
}

/** A group with its members, as it is stored. */
export type WholeGroup = Group & GroupMembers;

/** SQL for groups and the members of static ones. */
@Injectable()
export class GroupStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async byId(id: string): Promise<GroupRow | null> {
    return this.database.reader.findOneBy(GroupRow, { id: id as GroupId });
  }

  async byIdsOrNames(ids: readonly string[], nameKeys: readonly string[]): Promise<readonly GroupRow[]> {
    return this.database.reader.find(GroupRow, { where: [{ id: In(ids) }, { nameKey: In(nameKeys) }] });
  }

  async list(request: GroupListRequest): Promise<Page<Group>> {
    const query = this.database.reader.createQueryBuilder(GroupRow, 'group');
    whereContains(query, 'nameKey', request.q);
    whereEqual(query, 'nameKey', request.name === undefined ? undefined : nameKey(request.name));
    whereEqual(query, 'kind', request.kind);
    return fetchPage(query, SORT, request);
  }

  /** The groups that have a limit or maintenance windows. */
  async withPolicies(): Promise<readonly Group[]> {
    return this.database.reader.find(GroupRow, {
      where: [{ concurrency: Not(IsNull()) }, { maintenance: Not(IsNull()) }],
      order: { id: 'ASC' },
    });
  }

  /** Members as they were put in; some may be retired or gone since. */
  async members(id: GroupId): Promise<readonly AssetId[]> {
    const rows = await this.database.reader.findBy(GroupMemberRow, { groupId: id });
    return rows.map((row) => row.assetId);
  }

  /** Whether an asset was put into a static group. */
  async isMember(id: GroupId, assetId: AssetId): Promise<boolean> {
    return this.database.reader.existsBy(GroupMemberRow, { groupId: id, assetId });
  }

  /** @throws ValidationError `duplicate-name` */
  async insert(group: WholeGroup): Promise<Group> {
    return this.database.write(async (tx) => save(tx, group));
  }

  /** Replaces a group by what `change` makes of it, in one transaction; null when it does not exist. */
  async change(id: GroupId, change: (present: Group) => WholeGroup): Promise<Group | null> {
    return this.database.write(async (tx) => {
      const present = await tx.findOneBy(GroupRow, { id });
      return present && save(tx, change(present));
    });
  }

  /** Removes a group, unless `check`, which sees it as it is, throws. */
  async remove(id: GroupId, check: (present: Group) => void): Promise<void> {
    await this.database.write(async (tx) => {
      const present = await tx.findOneBy(GroupRow, { id });
      if (present) check(present);
      await tx.delete(GroupMemberRow, { groupId: id });
      await tx.delete(GroupRow, { id });
    });
  }
}

async function save(tx: EntityManager, { members, ...group }: WholeGroup): Promise<Group> {
  await refuseDuplicate(tx, group);
  const row = await tx.save(GroupRow, Object.assign(new GroupRow(), group, { nameKey: nameKey(group.name) }));
  await tx.delete(GroupMemberRow, { groupId: group.id });
  for (let start = 0; start < members.length; start += CHUNK) {
    const rows = members.slice(start, start + CHUNK).map((assetId) => ({ groupId: group.id, assetId }));
    await tx.insert(GroupMemberRow, rows);
  }
  return row;
}

async function refuseDuplicate(tx: EntityManager, group: Group): Promise<void> {
  const holder = await tx.findOneBy(GroupRow, { nameKey: nameKey(group.name) });
  if (!holder || holder.id === group.id) return;
  const detail = `The group ${holder.id} has this name, whatever the case: choose another`;
  throw new ValidationError(
    `There is a group ${holder.name} already`,
    [{ pointer: '/name', code: 'duplicate-name', detail }],
    'duplicate-name',
  );
}
