import { createHash } from 'node:crypto';
import type { AssetId, CredentialId } from '../../shared/ids.js';

/** Which assets a credential may open. */
export type Scope = { readonly all: true } | { readonly assets: readonly AssetId[] };

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
  /** Tried from low to high; of two with the same order the older one first. */
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
export function opens(scope: Scope, asset: AssetId): boolean {
  return 'all' in scope || scope.assets.includes(asset);
}

/** The credentials that may open an asset, in the order in which they are tried. */
export function credentialsFor(credentials: readonly Credential[], asset: AssetId): readonly Credential[] {
  return credentials
    .filter((credential) => opens(credential.scope, asset))
    .toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}
