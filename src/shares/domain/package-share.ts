import { smallestHolding } from '../../assets/domain/address-range.js';
import type { CredentialId, ShareId } from '../../shared/ids.js';

/** Where installers and scripts lie, for the assets of some address ranges or for all. Instants are in RFC 3339, UTC. */
export interface PackageShare {
  readonly id: ShareId;
  /** Unique, whatever the case. */
  readonly name: string;
  /** `\\server\share`, folders may follow; what `{PackageShare}` stands for. */
  readonly unc: string;
  /** Opens the share where the account of the steps may not read it; null: there is only that account. */
  readonly credentialId: CredentialId | null;
  /** As `parseAddressRange` reads them. */
  readonly addressRanges: readonly string[];
  /** Whether assets that no range holds use it; at most one share is the default. */
  readonly isDefault: boolean;
  /** The most runs at a time that read from it; null: no limit. */
  readonly concurrency: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** `\\server\share` and folders below it, without what cmd.exe or a path could take for something else. */
const UNC = /^\\\\[^\\/:*?"<>|%&^!;`\s]+(?:\\[^\\/:*?"<>|%&^!;`\p{Cc}]*[^\\/:*?"<>|%&^!;`\s\p{Cc}])+$/u;

/** Whether a text is the path of a share: `\\server\share`, folders may follow. */
export function isUnc(text: string): boolean {
  return UNC.test(text);
}

/**
 * The share that an asset uses. The smallest address range that holds one of its addresses decides, whatever share it
 * belongs to; of two shares with ranges of the same size the older one. Where no range holds it: the default share.
 */
export function chooseShare<Share extends Pick<PackageShare, 'id' | 'addressRanges' | 'isDefault'>>(
  shares: readonly Share[],
  addresses: readonly string[],
): Share | undefined {
  const matching = shares.flatMap((share) => {
    const size = smallestHolding(share.addressRanges, addresses);
    return size === undefined ? [] : [{ share, size }];
  });
  const [closest] = matching.toSorted((one, other) => {
    if (one.size !== other.size) return one.size < other.size ? -1 : 1;
    return one.share.id < other.share.id ? -1 : 1;
  });
  return closest?.share ?? shares.find(({ isDefault }) => isDefault);
}
