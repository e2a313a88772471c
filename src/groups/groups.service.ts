import { Inject, Injectable } from '@nestjs/common';
import { AssetsService } from '../assets/assets.service.js';
import type { Asset } from '../assets/domain/asset.js';
import type { AssetFilter } from '../assets/domain/filter/asset-filter.js';
import { describeAssetFilter } from '../assets/domain/filter/describe-filter.js';
import { parseAssetFilter } from '../assets/domain/filter/parse-filter.js';
import { CLOCK } from '../config/config.module.js';
import type { ListRequest, Page } from '../database/page.js';
import { resolveReferences, type Resolved } from '../database/references.js';
import { isTimeZone } from '../schedules/domain/parse-trigger.js';
import type { Clock } from '../shared/clock.js';
import { type Fault, NotFoundError, ValidationError } from '../shared/errors.js';
import { type AssetId, type GroupId, newId } from '../shared/ids.js';
import type { Group, GroupKind } from './domain/group.js';
import type { MaintenanceWindow } from './domain/maintenance.js';
import { type GroupListRequest, GroupStore, type WholeGroup } from './persistence/group-store.js';

export type { GroupListRequest };

/** `timeZone`: UTC when left out. */
export interface MaintenanceSettings {
  readonly timeZone?: string | undefined;
  readonly windows: readonly MaintenanceWindow[];
}

/** A group as a client states it. */
export interface GroupSettings {
  readonly name: string;
  readonly description?: string | undefined;
  readonly kind: GroupKind;
  /** Ids or names of assets; for a static group. */
  readonly members?: readonly string[] | undefined;
  /** For a dynamic group. */
  readonly filter?: unknown;
  readonly concurrency?: number | null | undefined;
  readonly maintenance?: MaintenanceSettings | null | undefined;
}

/** Is given the instant of the last change before another one, and throws when the client has not seen that one. */
export type ChangeCheck = (updatedAt: string) => void;

/** What references to groups come to. */
export interface ResolvedGroups {
  /** Active assets of all the groups, each once. */
  readonly assets: readonly Asset[];
  readonly faults: readonly Fault[];
}

export interface GroupDetail {
  /** A dynamic group's filter in English. */
  readonly sentence: string | null;
  /** A static group's members that are still there, active or not. */
  readonly members: readonly AssetId[] | null;
  /** How many active assets it holds. */
  readonly assetCount: number;
}

export interface FilterPreview {
  readonly count: number;
  readonly sentence: string;
  /** Of the first ones. */
  readonly names: readonly string[];
}

const PREVIEWED = 50;

/** Groups: named sets of assets, listed by hand or chosen by a filter each time they are asked. */
@Injectable()
export class GroupsService {
  constructor(
    @Inject(GroupStore) private readonly store: GroupStore,
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(request: GroupListRequest): Promise<Page<Group>> {
    return this.store.list(request);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Group> {
    return found(id, await this.store.byId(id));
  }

  /** What a group comes to now. */
  async detail({ id, filter }: Group): Promise<GroupDetail> {
    if (filter !== null) {
      const read = readFilter(filter);
      const assetCount = await this.assets.countMatching(read);
      return { sentence: describeAssetFilter(read), members: null, assetCount };
    }
    const assets = await this.assets.getMany(await this.store.members(id));
    const assetCount = assets.filter((asset) => asset.state === 'active').length;
    return { sentence: null, members: assets.map((asset) => asset.id), assetCount };
  }

  /**
   * What a filter finds, before a group is made of it.
   *
   * @throws ValidationError with every fault, pointers into a body whose field `filter` it is.
   */
  async preview(filter: unknown): Promise<FilterPreview> {
    const parsing = parseAssetFilter(filter, '/filter');
    if (!parsing.ok)
      throw new ValidationError('The filter breaks one or more rules: see errors', parsing.faults);
    const read = parsing.filter;
    const page = await this.assets.list({ state: 'active', matches: read, limit: PREVIEWED });
    return {
      count: await this.assets.countMatching(read),
      sentence: describeAssetFilter(read),
      names: page.items.map((asset) => asset.name),
    };
  }

  /** @throws ValidationError with every fault, or `duplicate-name` */
  async create(settings: GroupSettings): Promise<Group> {
    const now = this.clock.now().toISOString();
    const content = await this.#content(settings);
    return this.store.insert({ id: newId<GroupId>(), ...content, createdAt: now, updatedAt: now });
  }

  /** Replaces all fields; those left out get their defaults. */
  async replace(id: string, settings: GroupSettings, check: ChangeCheck): Promise<Group> {
    const content = await this.#content(settings);
    const changed = await this.store.change(id as GroupId, (present) => {
      check(present.updatedAt);
      const updatedAt = this.clock.now().toISOString();
      return { id: present.id, ...content, createdAt: present.createdAt, updatedAt };
    });
    return found(id, changed);
  }

  /** Removes a group; its assets stay, and so do the runs that it brought about. */
  async remove(id: string, check: ChangeCheck): Promise<void> {
    const group = await this.get(id);
    await this.store.remove(group.id, (present) => check(present.updatedAt));
  }

  /** A page of the active assets that a group holds now. */
  async page(group: Group, request: ListRequest): Promise<Page<Asset>> {
    if (group.filter !== null)
      return this.assets.list({ ...request, state: 'active', matches: readFilter(group.filter) });
    return this.assets.list({ ...request, state: 'active', ids: await this.store.members(group.id) });
  }

  /** The active assets of groups that are named by id or name; each name that is no group's is a fault. */
  async resolve(refs: readonly string[], pointer: string): Promise<ResolvedGroups> {
    const { items, faults } = await this.find(refs, pointer);
    const lists = await Promise.all(items.map((group) => this.#assetsOf(group)));
    const each = new Map(lists.flat().map((asset) => [asset.id, asset]));
    return { assets: [...each.values()], faults };
  }

  /** Groups by id or name; each name that is no group's is a fault at `pointer` and its index. */
  async find(refs: readonly string[], pointer: string): Promise<Resolved<Group>> {
    return resolveReferences({ refs, pointer, noun: 'group' }, (ids, keys) =>
      this.store.byIdsOrNames(ids, keys),
    );
  }

  /** Those of the groups that hold an asset now; a group that was removed holds none. */
  async holding(ids: readonly GroupId[], assetId: AssetId): Promise<ReadonlySet<GroupId>> {
    const groups = ids.length === 0 ? [] : await this.store.byIdsOrNames(ids, []);
    const held = await Promise.all(groups.map((group) => this.#holds(group, assetId)));
    return new Set(groups.filter((_, index) => held[index]).map(({ id }) => id));
  }

  async #holds({ id, filter }: Group, assetId: AssetId): Promise<boolean> {
    if (filter === null) return this.store.isMember(id, assetId);
    const request = { state: 'active', ids: [assetId], matches: readFilter(filter), limit: 1 };
    return (await this.assets.list(request)).items.length > 0;
  }

  /** The groups that have a limit or maintenance windows. */
  async withPolicies(): Promise<readonly Group[]> {
    return this.store.withPolicies();
  }

  /** The assets that a group holds now, retired ones of a static group among them. */
  async assetIds({ id, filter }: Group): Promise<readonly AssetId[]> {
    return filter === null ? this.store.members(id) : this.assets.idsMatching(readFilter(filter));
  }

  async #assetsOf(group: Group): Promise<readonly Asset[]> {
    return group.filter === null
      ? this.#activeMembers(group)
      : this.assets.matching(readFilter(group.filter));
  }

  async #activeMembers({ id }: Group): Promise<readonly Asset[]> {
    const assets = await this.assets.getMany(await this.store.members(id));
    return assets.filter((asset) => asset.state === 'active');
  }

  async #content(settings: GroupSettings): Promise<Omit<WholeGroup, 'id' | 'createdAt' | 'updatedAt'>> {
    const { name, description = '', kind, members = [], filter, concurrency = null, maintenance } = settings;
    const resolved = await this.assets.resolve(members, '/members');
    const faults = [
      ...kindFaults(settings),
      ...filterFaults(filter),
      ...maintenanceFaults(maintenance),
      ...resolved.faults,
    ];
    if (faults.length > 0)
      throw new ValidationError('The group breaks one or more rules: see errors', faults);
    return {
      name,
      description,
      kind,
      filter: kind === 'dynamic' ? (filter as Readonly<Record<string, unknown>>) : null,
      concurrency,
      maintenance: maintenance ? { ...maintenance, timeZone: maintenance.timeZone ?? 'UTC' } : null,
      members: resolved.items.map((asset) => asset.id),
    };
  }
}

function kindFaults({ kind, members, filter }: GroupSettings): readonly Fault[] {
  const faults: Fault[] = [];
  const add = (pointer: string, code: string, detail: string) => faults.push({ pointer, code, detail });
  if (kind === 'dynamic' && filter === undefined)
    add('/filter', 'missing-field', 'Give the filter that chooses the assets');
  if (kind === 'dynamic' && members !== undefined)
    add('/members', 'not-allowed', 'A dynamic group has no members of its own: leave them out');
  if (kind === 'static' && filter !== undefined)
    add('/filter', 'not-allowed', 'A static group has no filter: leave it out');
  return faults;
}

function filterFaults(filter: unknown): readonly Fault[] {
  const parsing = filter === undefined ? undefined : parseAssetFilter(filter, '/filter');
  return !parsing || parsing.ok ? [] : parsing.faults;
}

function maintenanceFaults(maintenance: MaintenanceSettings | null | undefined): readonly Fault[] {
  const timeZone = maintenance?.timeZone;
  if (timeZone === undefined || isTimeZone(timeZone)) return [];
  const detail = 'Must be an IANA time zone such as Europe/Berlin';
  return [{ pointer: '/maintenance/timeZone', code: 'unknown-value', detail }];
}

/** A stored filter was checked when it came in. */
function readFilter(filter: unknown): AssetFilter {
  const parsing = parseAssetFilter(filter);
  if (parsing.ok) return parsing.filter;
  throw new Error(`A stored filter cannot be read: ${JSON.stringify(parsing.faults[0])}`);
}

function found(id: string, group: Group | null): Group {
  if (group) return group;
  throw new NotFoundError(`There is no group ${id}: GET /api/v1/groups lists them`);
}
