import type { AssetId } from '../../shared/ids.js';

/** The operating system of an asset, as its last scan found it. */
export interface AssetOs {
  readonly name: string;
  /** Major, minor, build. */
  readonly version: string;
  readonly build: number;
  readonly revision: number | null;
  readonly displayVersion: string;
  readonly kind: 'client' | 'server' | 'domain-controller';
  readonly architecture: 'x64' | 'x86' | 'arm64';
}

/** What is known of an asset beside its settings. All null (or empty) for one that was never scanned. Instants in UTC. */
export interface AssetFacts {
  readonly os: AssetOs | null;
  /** Null also for a machine that is in no domain. */
  readonly domain: string | null;
  readonly loggedOnUsers: readonly string[];
  readonly rebootPending: boolean | null;
  readonly bootedAt: string | null;
  /** When the last scan succeeded. */
  readonly lastScanAt: string | null;
  /** When it last let us in, with a run or a scan. */
  readonly lastSeenAt: string | null;
}

export const UNKNOWN_FACTS: AssetFacts = {
  os: null,
  domain: null,
  loggedOnUsers: [],
  rebootPending: null,
  bootedAt: null,
  lastScanAt: null,
  lastSeenAt: null,
};

/** Answers what is known of assets. */
export type FactsSource = (ids: readonly AssetId[]) => Promise<ReadonlyMap<AssetId, AssetFacts>>;
