import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import type { Clock } from '../shared/clock.js';
import type { AssetId, GroupId } from '../shared/ids.js';
import type { Group } from './domain/group.js';
import type { Maintenance } from './domain/maintenance.js';
import { GroupsService } from './groups.service.js';

/** What groups say about when, and how many, runs may be under way on their assets. */
export interface GroupPolicies {
  readonly limits: ReadonlyMap<GroupId, number>;
  readonly maintenance: ReadonlyMap<GroupId, Maintenance>;
  /** Of the assets that such a group holds. */
  readonly groupsOf: ReadonlyMap<AssetId, readonly GroupId[]>;
}

interface Membership {
  readonly updatedAt: string;
  readonly takenMs: number;
  readonly assetIds: readonly AssetId[];
}

/** The dispatcher asks with each run that ends; a filter over a whole fleet is not evaluated that often. */
const KEPT_MS = 10_000;

/** Knows the limits and maintenance windows of groups. Who is in a dynamic group is found out anew every ten seconds. */
@Injectable()
export class GroupPoliciesService {
  #members: ReadonlyMap<GroupId, Membership> = new Map();

  constructor(
    @Inject(GroupsService) private readonly groups: GroupsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async current(): Promise<GroupPolicies> {
    const groups = await this.groups.withPolicies();
    const members = new Map<GroupId, Membership>();
    for (const group of groups) members.set(group.id, await this.#membersOf(group));
    // Groups that have lost their policies are forgotten with their members.
    this.#members = members;
    const groupsOf = new Map<AssetId, GroupId[]>();
    for (const [id, { assetIds }] of members) {
      for (const assetId of assetIds) groupsOf.set(assetId, [...(groupsOf.get(assetId) ?? []), id]);
    }
    return {
      limits: valuesOf(groups, 'concurrency'),
      maintenance: valuesOf(groups, 'maintenance'),
      groupsOf,
    };
  }

  async #membersOf(group: Group): Promise<Membership> {
    const known = this.#members.get(group.id);
    const nowMs = this.clock.now().getTime();
    const isFresh = known && known.updatedAt === group.updatedAt && Math.abs(nowMs - known.takenMs) < KEPT_MS;
    if (isFresh) return known;
    return { updatedAt: group.updatedAt, takenMs: nowMs, assetIds: await this.groups.assetIds(group) };
  }
}

function valuesOf<Field extends 'concurrency' | 'maintenance'>(
  groups: readonly Group[],
  field: Field,
): ReadonlyMap<GroupId, NonNullable<Group[Field]>> {
  return new Map(
    groups.flatMap((group) => {
      const value = group[field];
      return value === null ? [] : [[group.id, value]];
    }),
  );
}
