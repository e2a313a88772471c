import { Inject, Injectable } from '@nestjs/common';
import { AssetsService } from '../assets/assets.service.js';
import type { Asset } from '../assets/domain/asset.js';
import { parseAssetFilter } from '../assets/domain/filter/parse-filter.js';
import { GroupsService } from '../groups/groups.service.js';
import type { Fault } from '../shared/errors.js';
import type { DeploymentOrder, TargetSelection } from './domain/deployment-order.js';

/** What an order's targets come to: each asset once, by name first, then by group, then by filter. */
export interface SelectedTargets {
  readonly assets: readonly Asset[];
  /** Pointers into the order. */
  readonly faults: readonly Fault[];
}

/** Resolves the targets of an order to assets. */
@Injectable()
export class TargetResolver {
  constructor(
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(GroupsService) private readonly groups: GroupsService,
  ) {}

  /** An asset that is named although it is retired is a fault; groups and filters find active ones only. */
  async resolve({ targets }: Pick<DeploymentOrder, 'targets'>): Promise<SelectedTargets> {
    const wanted = await this.#select(targets, '/targets');
    const excluded = await this.#select(targets.exclude, '/targets/exclude');
    const out = new Set(excluded.assets.map((asset) => asset.id));
    const assets = wanted.assets.filter((asset) => !out.has(asset.id));
    return { assets, faults: [...wanted.faults, ...excluded.faults, ...assets.flatMap(retiredFault)] };
  }

  async #select({ assets, groups, filter }: TargetSelection, pointer: string): Promise<SelectedTargets> {
    const named = await this.assets.resolve(assets, `${pointer}/assets`);
    const grouped = await this.groups.resolve(groups, `${pointer}/groups`);
    const filtered = await this.#filter(filter, `${pointer}/filter`);
    const all = [...named.items, ...grouped.assets, ...filtered.assets];
    return {
      assets: [...new Map(all.map((asset) => [asset.id, asset])).values()],
      faults: [...named.faults, ...grouped.faults, ...filtered.faults],
    };
  }

  async #filter(filter: unknown, pointer: string): Promise<SelectedTargets> {
    if (filter === undefined) return { assets: [], faults: [] };
    const parsing = parseAssetFilter(filter, pointer);
    if (!parsing.ok) return { assets: [], faults: parsing.faults };
    return { assets: await this.assets.matching(parsing.filter), faults: [] };
  }
}

function retiredFault(asset: Asset): Fault[] {
  if (asset.state === 'active') return [];
  const detail = `${asset.name} is retired and takes no run: set its state to active, or leave it out`;
  return [{ pointer: '/targets/assets', code: 'retired', detail }];
}
