import { Inject, Injectable } from '@nestjs/common';
import { AssetAddresses } from '../assets/asset-addresses.service.js';
import { AssetsService } from '../assets/assets.service.js';
import type { Asset } from '../assets/domain/asset.js';
import { APP_CONFIG, type ApiConfig } from '../config/app-config.js';
import { CLOCK } from '../config/config.module.js';
import type { Page } from '../database/page.js';
import { resolveReferences, type Resolved } from '../database/references.js';
import { GroupsService } from '../groups/groups.service.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError, NotFoundError, ValidationError } from '../shared/errors.js';
import { type CredentialId, newId } from '../shared/ids.js';
import { Secret } from '../shared/secret.js';
import { type Credential, credentialsFor, type Opened, type Scope, versionOf } from './domain/credential.js';
import type { ScopeBody } from './domain/scope-body.js';
import { sealText, unsealText } from './domain/seal.js';
import { type CredentialFilter, CredentialStore } from './persistence/credential-store.js';

export type { CredentialFilter };

export interface NewCredential {
  readonly name: string;
  readonly username: string;
  readonly password: Secret;
  readonly scope: ScopeBody;
  readonly order?: number | undefined;
}

/** Fields left out stay as they are. */
export type CredentialChange = { readonly [Field in keyof NewCredential]?: NewCredential[Field] | undefined };

/** Is given the instant of the last change before another one, and throws when the client has not seen that one. */
export type ChangeCheck = (updatedAt: string) => void;

/** A credential with its password, for the one who logs on. */
export interface OpenCredential {
  readonly id: CredentialId;
  readonly username: string;
  readonly password: Secret;
  /** Changes with the user name and the password. */
  readonly version: string;
}

/** Whether something refers to a credential, so that it must stay. */
export type CredentialUse = (id: CredentialId) => Promise<boolean>;

/** Where a credential without an order of its own stands. */
export const DEFAULT_ORDER = 100;

/** Credentials: sealed at rest, bound to assets, never shown. */
@Injectable()
export class CredentialsService {
  readonly #uses: CredentialUse[] = [];

  constructor(
    @Inject(CredentialStore) private readonly store: CredentialStore,
    @Inject(AssetsService) private readonly assets: AssetsService,
    @Inject(GroupsService) private readonly groups: GroupsService,
    @Inject(AssetAddresses) private readonly addresses: AssetAddresses,
    @Inject(APP_CONFIG) private readonly config: ApiConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A feature that refers to credentials says so, once, when it starts: what it uses cannot be removed. */
  addUse(use: CredentialUse): void {
    this.#uses.push(use);
  }

  async list(filter: CredentialFilter): Promise<Page<Credential>> {
    return this.store.list(filter);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Credential> {
    return found(id, await this.store.byId(id));
  }

  /** Finds credentials by id or by name; each that does not exist is a fault at `pointer` and its index. */
  async resolve(refs: readonly string[], pointer: string): Promise<Resolved<Credential>> {
    return resolveReferences({ refs, pointer, noun: 'credential' }, (ids, keys) =>
      this.store.byIdsOrNames(ids, keys),
    );
  }

  /** The user name of every credential, by its id. */
  async usernames(): Promise<ReadonlyMap<CredentialId, string>> {
    return new Map((await this.store.all()).map(({ id, username }) => [id, username]));
  }

  /**
   * One credential with its password, whatever its scope; null when it does not exist.
   *
   * @throws SealError when the password was sealed with another master key.
   */
  async open(id: CredentialId): Promise<OpenCredential | null> {
    const credential = await this.store.byId(id);
    return credential && this.#opened(credential);
  }

  /**
   * The credentials that may open an asset, in the order in which they are to be tried, with their passwords.
   *
   * @throws SealError when a password was sealed with another master key.
   */
  async forAsset(asset: Asset): Promise<readonly OpenCredential[]> {
    const all = await this.store.all();
    const opened = await this.#asOpened(asset, all);
    return credentialsFor(all, opened).map((credential) => this.#opened(credential));
  }

  /** @throws ValidationError for assets and groups that do not exist, or `duplicate-name` */
  async create(wanted: NewCredential): Promise<Credential> {
    const { name, username, password, order = DEFAULT_ORDER } = wanted;
    const scope = await this.#resolve(wanted.scope);
    const id = newId<CredentialId>();
    const now = this.#now();
    const sealedPassword = this.#seal(password, id);
    return this.store.insert({
      id,
      name,
      username,
      sealedPassword,
      scope,
      order,
      createdAt: now,
      updatedAt: now,
    });
  }

  /** Changes the given fields; without a password the present one stays. */
  async change(id: string, change: CredentialChange, check: ChangeCheck): Promise<Credential> {
    const scope = change.scope && (await this.#resolve(change.scope));
    const changed = await this.store.change(id as CredentialId, (present) => {
      check(present.updatedAt);
      const { name = present.name, username = present.username, order = present.order, password } = change;
      const sealedPassword = password ? this.#seal(password, present.id) : present.sealedPassword;
      const updatedAt = this.#now();
      return { ...present, name, username, sealedPassword, scope: scope ?? present.scope, order, updatedAt };
    });
    return found(id, changed);
  }

  /**
   * Removes a credential and its secret; runs under way keep what they were given.
   *
   * @throws ConflictError while a share uses it.
   */
  async remove(id: string, check: ChangeCheck): Promise<void> {
    const credential = await this.get(id);
    const uses = await Promise.all(this.#uses.map((isUsed) => isUsed(credential.id)));
    if (uses.includes(true)) throw inUse(credential);
    await this.store.remove(credential.id, (present) => check(present.updatedAt));
  }

  /** Groups and addresses are looked up only where a scope goes by them. */
  async #asOpened(asset: Asset, credentials: readonly Credential[]): Promise<Opened> {
    const scopes = credentials.flatMap(({ scope }) => ('all' in scope ? [] : [scope]));
    const groups = [...new Set(scopes.flatMap((scope) => scope.groups ?? []))];
    const goesByAddress = scopes.some(({ addressRanges = [] }) => addressRanges.length > 0);
    const addresses = goesByAddress ? await this.addresses.of([asset]) : undefined;
    return {
      id: asset.id,
      groups: await this.groups.holding(groups, asset.id),
      addresses: addresses?.get(asset.id) ?? [],
    };
  }

  async #resolve(scope: ScopeBody): Promise<Scope> {
    if (scope.all) return { all: true };
    const assets = await this.assets.resolve(scope.assets ?? [], '/scope/assets');
    const groups = await this.groups.find(scope.groups ?? [], '/scope/groups');
    const faults = [...assets.faults, ...groups.faults];
    if (faults.length > 0)
      throw new ValidationError('The scope names assets or groups that do not exist', faults);
    return {
      assets: assets.items.map(({ id }) => id),
      ...(scope.groups ? { groups: groups.items.map(({ id }) => id) } : {}),
      ...(scope.addressRanges ? { addressRanges: scope.addressRanges } : {}),
    };
  }

  #opened({ id, username, sealedPassword }: Credential): OpenCredential {
    const password = new Secret(unsealText(sealedPassword, this.config.masterKey, id));
    return { id, username, password, version: versionOf({ username, sealedPassword }) };
  }

  #seal(password: Secret, id: CredentialId): string {
    return sealText(password.reveal(), this.config.masterKey, id);
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

function found(id: string, credential: Credential | null): Credential {
  if (credential) return credential;
  throw new NotFoundError(`There is no credential ${id}: GET /api/v1/credentials lists them`);
}

function inUse({ name }: Credential): ConflictError {
  return new ConflictError(
    `A package share uses the credential ${name}: GET /api/v1/shares lists them; give the share another one first`,
  );
}
