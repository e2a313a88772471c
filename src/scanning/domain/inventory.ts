import { identityOf } from '../../target/scan-reader.js';
import type { ScanResult, ScannedSoftware, ScannedSystem } from '../../target/scan-output.js';
import type { AssetId } from '../../shared/ids.js';

/** What the last scan of an asset told of the machine itself. Instants are in RFC 3339, UTC, by our clock. */
export interface Inventory {
  readonly assetId: AssetId;
  readonly scannedAt: string;
  readonly bootedAt: string;
  readonly system: Omit<ScannedSystem, 'bootId' | 'clock'>;
  readonly softwareCount: number;
  /** The asset has more software than a scan takes. */
  readonly isTruncated: boolean;
}

/** An entry of an asset's software. */
export interface InstalledSoftware extends Omit<ScannedSoftware, 'key'> {
  readonly id: string;
  readonly assetId: AssetId;
}

/** An entry that a scan has found, with what tells it from the others of its asset. */
export interface FoundSoftware extends ScannedSoftware {
  readonly identity: string;
}

/** What a scan of an asset has told, at this instant of our clock, of the machine and of its software. */
export function inventoryOf(
  assetId: AssetId,
  { system, software, isTruncated }: ScanResult,
  now: Date,
): { readonly inventory: Inventory; readonly software: readonly FoundSoftware[] } {
  const { bootId: _bootId, clock: _clock, ...machine } = system;
  return {
    inventory: {
      assetId,
      scannedAt: now.toISOString(),
      bootedAt: bootInstant(system, now),
      system: machine,
      softwareCount: software.length,
      isTruncated,
    },
    software: software.map((entry) => ({ ...entry, identity: identityOf(entry) })),
  };
}

/** Software as it is known over all assets: the same name, version, publisher and product code. */
export interface SoftwareTitle {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly productCode: string | null;
  /** On how many assets it is. */
  readonly assetCount: number;
}

/** When the machine was booted, by our clock: its own may be wrong. */
function bootInstant({ bootId, clock }: ScannedSystem, now: Date): string {
  const uptimeMs = Math.max(0, Date.parse(clock) - Date.parse(bootId));
  return new Date(now.getTime() - uptimeMs).toISOString();
}
