import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AssetsService } from '../assets/assets.service.js';
import { type AssetFacts, UNKNOWN_FACTS } from '../assets/domain/asset-facts.js';
import type { Page } from '../database/page.js';
import { AssetContacts } from '../recording/asset-contacts.service.js';
import { NotFoundError } from '../shared/errors.js';
import type { AssetId } from '../shared/ids.js';
import type { InstalledSoftware, Inventory, SoftwareTitle } from './domain/inventory.js';
import { InventoryStore } from './persistence/inventory-store.js';
import { type SoftwareFilter, SoftwareStore } from './persistence/software-store.js';

export type { SoftwareFilter };

/** What the last scan of each asset has found, for those who read it. */
@Injectable()
export class InventoriesService implements OnModuleInit {
  constructor(
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(InventoryStore) private readonly store: InventoryStore,
    @Inject(SoftwareStore) private readonly software: SoftwareStore,
    @Inject(AssetContacts) private readonly contacts: AssetContacts,
  ) {}

  onModuleInit(): void {
    this.assets.setFacts((ids) => this.#factsOf(ids));
    this.assets.onRemoved((id) => this.#forget(id));
  }

  /** @throws NotFoundError when there is no such asset, or it has never been scanned. */
  async ofAsset(assetId: string): Promise<Inventory> {
    const asset = await this.assets.get(assetId);
    const inventory = await this.store.byAsset(asset.id);
    if (inventory) return inventory;
    throw new NotFoundError(
      `${asset.name} has not been scanned yet: POST /api/v1/assets/${asset.id}/scan does`,
    );
  }

  /** @throws NotFoundError when there is no such asset. */
  async softwareOf(assetId: string, filter: SoftwareFilter): Promise<Page<InstalledSoftware>> {
    const { id } = await this.assets.get(assetId);
    return this.software.ofAsset(id, filter);
  }

  /** Software over all assets. */
  async titles(filter: SoftwareFilter): Promise<Page<SoftwareTitle>> {
    return this.software.titles(filter);
  }

  async #factsOf(ids: readonly AssetId[]): Promise<ReadonlyMap<AssetId, AssetFacts>> {
    const [inventories, seen] = [await this.store.byAssets(ids), await this.contacts.lastSeen(ids)];
    const known = new Map(inventories.map((inventory) => [inventory.assetId, inventory]));
    return new Map(ids.map((id) => [id, factsOf(known.get(id), seen.get(id) ?? null)]));
  }

  async #forget(id: AssetId): Promise<void> {
    await this.store.remove(id);
    await this.contacts.forget(id);
  }
}

function factsOf(inventory: Inventory | undefined, lastSeenAt: string | null): AssetFacts {
  if (!inventory) return { ...UNKNOWN_FACTS, lastSeenAt };
  const { os, domain, isDomainMember, users, pendingReboot } = inventory.system;
  return {
    os,
    domain: isDomainMember ? domain : null,
    loggedOnUsers: users,
    rebootPending: pendingReboot.length > 0,
    bootedAt: inventory.bootedAt,
    lastScanAt: inventory.scannedAt,
    lastSeenAt,
  };
}
