import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/domain/caller.js';
import { RoleTooLowError } from '../access/domain/errors.js';
import { reaches } from '../access/domain/roles.js';
import { CLOCK } from '../config/config.module.js';
import type { Page } from '../database/page.js';
import { resolveReferences, type Resolved } from '../database/references.js';
import type { Clock } from '../shared/clock.js';
import { NotFoundError, ValidationError } from '../shared/errors.js';
import { type AssetId, newId } from '../shared/ids.js';
import type { Asset } from './domain/asset.js';
import { type AssetFacts, type FactsSource, UNKNOWN_FACTS } from './domain/asset-facts.js';
import type { AssetFilter } from './domain/filter/asset-filter.js';
import {
  type AssetContent,
  type AssetSettings,
  completeAsset,
  contentOf,
  needsAdministrator,
} from './domain/asset-settings.js';
import { type AssetListRequest, AssetStore } from './persistence/asset-store.js';

export type { AssetListRequest };

/** Is given the instant of the last change before another one, and throws when the client has not seen that one. */
export type ChangeCheck = (updatedAt: string) => void;

/** Whether something refers to an asset, so that it must stay. */
export type AssetUse = (id: AssetId) => Promise<boolean>;

/** Assets: the Windows machines that packages are deployed to. */
@Injectable()
export class AssetsService {
  readonly #uses: AssetUse[] = [];
  readonly #removals: ((id: AssetId) => Promise<void>)[] = [];
  #facts: FactsSource = async () => new Map();

  constructor(
    @Inject(AssetStore) private readonly store: AssetStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A feature that refers to assets says so, once, when it starts: what it uses is retired instead of removed. */
  addUse(use: AssetUse): void {
    this.#uses.push(use);
  }

  /** The feature that scans assets says, once, when it starts, how to ask what is known of them. */
  setFacts(source: FactsSource): void {
    this.#facts = source;
  }

  /** A feature that keeps something of an asset's own says, once, how to remove that when the asset is removed. */
  onRemoved(forget: (id: AssetId) => Promise<void>): void {
    this.#removals.push(forget);
  }

  /** What is known of each of these assets beside its settings. */
  async factsOf(assets: readonly Asset[]): Promise<(asset: Asset) => AssetFacts> {
    const facts = await this.#facts(assets.map(({ id }) => id));
    return ({ id }) => facts.get(id) ?? UNKNOWN_FACTS;
  }

  async list(filter: AssetListRequest): Promise<Page<Asset>> {
    return this.store.list(filter, this.clock.now());
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Asset> {
    return found(id, await this.store.byId(id));
  }

  /** Assets by their ids, in any order; ids that do not exist are left out. */
  async getMany(ids: readonly string[]): Promise<readonly Asset[]> {
    return this.store.byIds(ids);
  }

  /** Every active asset that a filter chooses, by name. */
  async matching(filter: AssetFilter): Promise<readonly Asset[]> {
    return this.store.activeMatching(filter, this.clock.now());
  }

  /** The ids alone, of many assets at little cost. */
  async idsMatching(filter: AssetFilter): Promise<readonly AssetId[]> {
    return this.store.idsOfActiveMatching(filter, this.clock.now());
  }

  async countMatching(filter: AssetFilter): Promise<number> {
    return this.store.countActiveMatching(filter, this.clock.now());
  }

  /**
   * Finds assets by id or by name. One that is named twice is answered once; each that does not exist is a fault at
   * `pointer` and its index.
   */
  async resolve(refs: readonly string[], pointer = '/targets/assets'): Promise<Resolved<Asset>> {
    return resolveReferences({ refs, pointer, noun: 'asset' }, (ids, keys) =>
      this.store.byIdsOrNames(ids, keys),
    );
  }

  /** @throws ValidationError with every fault, or `duplicate-name` */
  async create(settings: AssetSettings): Promise<Asset> {
    const now = this.#now();
    return this.store.insert({ id: newId<AssetId>(), ...complete(settings), createdAt: now, updatedAt: now });
  }

  /**
   * Changes the given fields and leaves the others.
   *
   * @throws RoleTooLowError when the change is the administrators' alone; NotFoundError; ValidationError.
   */
  async change(
    id: string,
    settings: AssetSettings,
    { caller, check }: { readonly caller: Caller; readonly check: ChangeCheck },
  ): Promise<Asset> {
    if (needsAdministrator(settings) && !reaches(caller.role, 'administrator')) {
      throw new RoleTooLowError(caller.role, 'administrator');
    }
    return this.#replace(id, check, (present) => complete(settings, contentOf(present)));
  }

  /** Replaces all fields; those left out get their defaults. */
  async replace(id: string, settings: AssetSettings, check: ChangeCheck): Promise<Asset> {
    return this.#replace(id, check, () => complete(settings));
  }

  /** Removes an asset, or retires it when something refers to it: history must keep its name. */
  async remove(id: string, check: ChangeCheck): Promise<void> {
    const asset = await this.get(id);
    const isRemoved = await this.store.remove(asset.id, {
      check: (present) => check(present.updatedAt),
      isUsed: () => this.#isUsed(asset.id),
    });
    if (isRemoved) for (const forget of this.#removals) await forget(asset.id);
    else await this.#replace(id, check, (present) => ({ ...contentOf(present), state: 'retired' }));
  }

  async #isUsed(id: AssetId): Promise<boolean> {
    const uses = await Promise.all(this.#uses.map((isUsed) => isUsed(id)));
    return uses.includes(true);
  }

  async #replace(id: string, check: ChangeCheck, content: (present: Asset) => AssetContent): Promise<Asset> {
    const changed = await this.store.change(id as AssetId, (present) => {
      check(present.updatedAt);
      return { id: present.id, ...content(present), createdAt: present.createdAt, updatedAt: this.#now() };
    });
    return found(id, changed);
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

function found(id: string, asset: Asset | null): Asset {
  if (asset) return asset;
  throw new NotFoundError(`There is no asset ${id}: GET /api/v1/assets lists them`);
}

function complete(settings: AssetSettings, present?: AssetContent): AssetContent {
  const completed = completeAsset(settings, present);
  if (completed.ok) return completed.content;
  throw new ValidationError('The asset breaks one or more rules: see errors', completed.faults);
}
