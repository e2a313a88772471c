import { Inject, Injectable } from '@nestjs/common';
import { AssetAddresses } from '../assets/asset-addresses.service.js';
import type { Asset } from '../assets/domain/asset.js';
import { CLOCK } from '../config/config.module.js';
import { CredentialsService, type OpenCredential } from '../credentials/credentials.service.js';
import type { Page } from '../database/page.js';
import type { Clock } from '../shared/clock.js';
import { NotFoundError, ValidationError } from '../shared/errors.js';
import { type AssetId, type CredentialId, newId, type ShareId } from '../shared/ids.js';
import { chooseShare, type PackageShare } from './domain/package-share.js';
import { type ShareFilter, ShareStore } from './persistence/share-store.js';

export type { ShareFilter };

export interface NewShare {
  readonly name: string;
  readonly unc: string;
  /** Id or name; null or left out: the account of the steps reads it. */
  readonly credential?: string | null | undefined;
  readonly addressRanges?: readonly string[] | undefined;
  readonly isDefault?: boolean | undefined;
  /** The most runs at a time that read from it; null or left out: no limit. */
  readonly concurrency?: number | null | undefined;
}

/** Fields left out stay as they are. */
export type ShareChange = { readonly [Field in keyof NewShare]?: NewShare[Field] | undefined };

/** Is given the instant of the last change before another one, and throws when the client has not seen that one. */
export type ChangeCheck = (updatedAt: string) => void;

/** The share of an asset, as a plan needs it. */
export interface ChosenShare {
  readonly id: ShareId;
  readonly unc: string;
  /** Whom the share's credential logs on; null: it has none. */
  readonly username: string | null;
}

/** Package shares: where installers lie, which assets use which, and with what credential. */
@Injectable()
export class SharesService {
  constructor(
    @Inject(ShareStore) private readonly store: ShareStore,
    @Inject(CredentialsService) private readonly credentials: CredentialsService,
    @Inject(AssetAddresses) private readonly addresses: AssetAddresses,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.credentials.addUse((id) => this.store.usesCredential(id));
  }

  async list(filter: ShareFilter): Promise<Page<PackageShare>> {
    return this.store.list(filter);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<PackageShare> {
    return found(id, await this.store.byId(id));
  }

  /** @throws ValidationError for a credential that does not exist, or `duplicate-name` */
  async create(wanted: NewShare): Promise<PackageShare> {
    const { name, unc, addressRanges = [], isDefault = false, concurrency = null } = wanted;
    const credentialId = await this.#credential(wanted.credential);
    const id = newId<ShareId>();
    const now = this.#now();
    const content = { name, unc, credentialId, addressRanges, isDefault, concurrency };
    return this.store.insert({ id, ...content, createdAt: now, updatedAt: now });
  }

  /** Changes the given fields and leaves the others. */
  async change(id: string, change: ShareChange, check: ChangeCheck): Promise<PackageShare> {
    const credentialId = await this.#credential(change.credential);
    const changed = await this.store.change(id as ShareId, (present) => {
      check(present.updatedAt);
      const { name = present.name, unc = present.unc, isDefault = present.isDefault } = change;
      return {
        ...present,
        name,
        unc,
        isDefault,
        credentialId: change.credential === undefined ? present.credentialId : credentialId,
        addressRanges: change.addressRanges ?? present.addressRanges,
        concurrency: change.concurrency === undefined ? present.concurrency : change.concurrency,
        updatedAt: this.#now(),
      };
    });
    return found(id, changed);
  }

  /** Removes a share. Runs that were ordered keep its path, and lose its credential. */
  async remove(id: string, check: ChangeCheck): Promise<void> {
    const share = await this.get(id);
    await this.store.remove(share.id, (present) => check(present.updatedAt));
  }

  /** The shares that only so many runs may read from at a time. */
  async limits(): Promise<ReadonlyMap<ShareId, number>> {
    const shares = await this.store.all();
    return new Map(
      shares.flatMap(({ id, concurrency }) => (concurrency === null ? [] : [[id, concurrency]])),
    );
  }

  /** The share that each asset uses, by the rule of `chooseShare`; an asset without one is left out. */
  async forAssets(assets: readonly Asset[]): Promise<ReadonlyMap<AssetId, ChosenShare>> {
    const shares = await this.#withUsernames();
    const goesByAddress = shares.some(({ addressRanges }) => addressRanges.length > 0);
    const addresses = goesByAddress ? await this.addresses.of(assets) : undefined;
    return new Map(
      assets.flatMap((asset) => {
        const share = chooseShare(shares, addresses?.get(asset.id) ?? []);
        return share ? [[asset.id, { id: share.id, unc: share.unc, username: share.username }]] : [];
      }),
    );
  }

  /**
   * The credential of a share with its password, as it is now; null when share or credential are gone.
   *
   * @throws SealError when the password was sealed with another master key.
   */
  async openCredential(id: string): Promise<OpenCredential | null> {
    const share = await this.store.byId(id);
    return share?.credentialId ? this.credentials.open(share.credentialId) : null;
  }

  async #withUsernames(): Promise<readonly (PackageShare & { readonly username: string | null })[]> {
    const usernames = await this.credentials.usernames();
    const shares = await this.store.all();
    return shares.map((share) => ({
      ...share,
      username: share.credentialId === null ? null : (usernames.get(share.credentialId) ?? null),
    }));
  }

  async #credential(ref: string | null | undefined): Promise<CredentialId | null> {
    if (ref === null || ref === undefined) return null;
    const { items, faults } = await this.credentials.resolve([ref], '/credential');
    const [credential] = items;
    if (credential) return credential.id;
    const atField = faults.map((fault) => ({ ...fault, pointer: '/credential' }));
    throw new ValidationError('The share names a credential that does not exist', atField);
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

function found(id: string, share: PackageShare | null): PackageShare {
  if (share) return share;
  throw new NotFoundError(`There is no share ${id}: GET /api/v1/shares lists them`);
}
