import { createHash } from 'node:crypto';
import { smallestHolding } from '../../assets/domain/address-range.js';
import type { AssetId, CredentialId, GroupId } from '../../shared/ids.js';

/** Which assets a credential may open: all, or those that are named, in one of the groups, or in one of the ranges. */
export type Scope = { readonly all: true } | MappedScope;

export interface MappedScope {
  readonly assets: readonly AssetId[];
  readonly groups?: readonly GroupId[];
  /** As `parseAddressRange` reads them. */
  readonly addressRanges?: readonly string[];
}

/** What of an asset decides which credentials may open it. */
export interface Opened {
  readonly id: AssetId;
  /** The groups that hold it now. */
  readonly groups: ReadonlySet<GroupId>;
  /** Its IP addresses. */
  readonly addresses: readonly string[];
}

/** A user name with a sealed password. Instants are in RFC 3339, UTC. */
export interface Credential {
  readonly id: CredentialId;
  /** Unique, whatever the case. */
  readonly name: string;
  /** `DOM\user`, `user@realm` or `.\user`. */
  readonly username: string;
  /** What `sealText` made, with the id as associated data. */
  readonly sealedPassword: string;
  readonly scope: Scope;
  /** Tried from low to high among those of the same kind of scope; of two with the same order the older one first. */
  readonly order: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Changes with the user name and with each setting of the password, and with nothing else. Tells nothing of either. */
export function versionOf({
  username,
  sealedPassword,
}: Pick<Credential, 'username' | 'sealedPassword'>): string {
  return createHash('sha256').update(`${username}\n${sealedPassword}`).digest('hex').slice(0, 16);
}

/** Whether a scope holds an asset. */
export function opens(scope: Scope, asset: Opened): boolean {
  if ('all' in scope) return true;
  const { assets, groups = [], addressRanges = [] } = scope;
  if (assets.includes(asset.id) || groups.some((group) => asset.groups.has(group))) return true;
  return smallestHolding(addressRanges, asset.addresses) !== undefined;
}

/**
 * The credentials that may open an asset, in the order in which they are tried: those whose scope names the asset, a
 * group or a range before those that open all; among these by `order`, of two with the same the older one first.
 */
export function credentialsFor(credentials: readonly Credential[], asset: Opened): readonly Credential[] {
  return credentials
    .filter((credential) => opens(credential.scope, asset))
    .toSorted((a, b) => rank(a) - rank(b) || a.order - b.order || (a.id < b.id ? -1 : 1));
}

function rank({ scope }: Credential): number {
  return 'all' in scope ? 1 : 0;
}

/** The same credentials, the one that opened the asset last before all others. */
export function lastGoodFirst<Any extends { readonly id: string }>(
  credentials: readonly Any[],
  lastGood: string | null,
): readonly Any[] {
  const first = credentials.find(({ id }) => id === lastGood);
  return first === undefined ? credentials : [first, ...credentials.filter((each) => each !== first)];
}
